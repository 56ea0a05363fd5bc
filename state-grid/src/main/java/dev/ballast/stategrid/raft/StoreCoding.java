package dev.ballast.stategrid.raft;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.util.Optional;

/** The store's questions and answers in bytes. Pure. */
final class StoreCoding {

  private StoreCoding() {}

  static void write(WireWriter out, Write write) {
    switch (write) {
      case Write.Create create -> out.tag(1).key(create.key()).bytes(create.json());
      case Write.Replace replace ->
          out.tag(2)
              .key(replace.key())
              .number(replace.expectedRevision())
              .text(replace.subresource())
              .bytes(replace.json());
      case Write.Delete delete ->
          out.tag(3)
              .key(delete.key())
              .number(delete.expectedRevision())
              .text(delete.options().uid())
              .number(delete.options().gracePeriodSeconds())
              .tag(delete.options().propagation().ordinal());
    }
  }

  /** With what a creation rests on, which members of the first version do not know. */
  static void whole(WireWriter out, Write write) {
    write(out, write);
    if (write instanceof Write.Create create) {
      out.flag(create.basis().isPresent());
      create.basis().ifPresent(basis -> out.key(basis.key()).number(basis.revision()));
    }
  }

  static Write whole(WireReader in) {
    Write write = write(in);
    return write instanceof Write.Create create && in.flag()
        ? new Write.Create(
            create.key(), create.json(), Optional.of(new Write.Basis(in.key(), in.number())))
        : write;
  }

  static Write write(WireReader in) {
    int kind = in.tag();
    return switch (kind) {
      case 1 -> new Write.Create(in.key(), in.bytes());
      case 2 -> new Write.Replace(in.key(), in.number(), in.text(), in.bytes());
      case 3 ->
          new Write.Delete(
              in.key(),
              in.number(),
              new DeleteOptions(
                  in.text(), in.number(), DeleteOptions.Propagation.values()[in.tag()]));
      default -> throw new IllegalStateException("no write is of kind " + kind);
    };
  }

  /** Ends its message: earlier versions know no exact revision, and do not look behind the rest. */
  static WireWriter query(WireWriter out, ListQuery query) {
    out.text(query.type().group())
        .text(query.type().plural())
        .text(query.namespace())
        .number(query.labels().requirements().size());
    for (LabelSelector.Requirement requirement : query.labels().requirements()) {
      out.text(requirement.key())
          .tag(requirement.operator().ordinal())
          .number(requirement.values().size());
      requirement.values().forEach(out::text);
    }
    fields(out, query.fields());
    out.number(query.limit()).text(query.continueToken()).number(query.minimumRevision());
    return query.exactRevision() == 0 ? out : out.number(query.exactRevision());
  }

  private static void fields(WireWriter out, FieldSelector fields) {
    out.number(fields.requirements().size());
    for (FieldSelector.Requirement requirement : fields.requirements()) {
      out.text(requirement.path()).flag(requirement.equal()).text(requirement.value());
    }
  }

  private static FieldSelector fields(WireReader in) {
    return new FieldSelector(
        in.many(() -> new FieldSelector.Requirement(in.text(), in.flag(), in.text())));
  }

  static ListQuery listQuery(WireReader in) {
    return new ListQuery(
        new ResourceType(in.text(), in.text()),
        in.text(),
        new LabelSelector(
            in.many(
                () ->
                    new LabelSelector.Requirement(
                        in.text(), LabelSelector.Operator.values()[in.tag()], in.many(in::text)))),
        fields(in),
        (int) in.number(),
        in.text(),
        in.number(),
        in.isAtEnd() ? 0 : in.number());
  }

  static WireWriter query(WireWriter out, WatchQuery query) {
    out.text(query.type().group())
        .text(query.type().plural())
        .text(query.namespace())
        .number(query.afterRevision());
    fields(out, query.fields());
    return out;
  }

  static WatchQuery watchQuery(WireReader in) {
    return new WatchQuery(
        new ResourceType(in.text(), in.text()), in.text(), in.number(), fields(in));
  }

  static void document(WireWriter out, Document document) {
    out.key(document.key()).number(document.revision()).bytes(document.json());
  }

  static Document document(WireReader in) {
    return new Document(in.key(), in.number(), in.bytes());
  }

  static void maybe(WireWriter out, Optional<Document> document) {
    out.flag(document.isPresent());
    document.ifPresent(present -> document(out, present));
  }

  static Optional<Document> maybe(WireReader in) {
    return in.flag() ? Optional.of(document(in)) : Optional.empty();
  }

  static void result(WireWriter out, CommitResult result) {
    switch (result) {
      case CommitResult.Committed committed -> {
        out.tag(1).number(committed.revision()).number(committed.documents().size());
        committed.documents().forEach(document -> document(out, document));
      }
      case CommitResult.Conflict conflict ->
          out.tag(2)
              .key(conflict.key())
              .number(conflict.expectedRevision())
              .number(conflict.actualRevision());
      case CommitResult.AlreadyExists exists -> out.tag(3).key(exists.key());
      case CommitResult.NotFound notFound -> out.tag(4).key(notFound.key());
      case CommitResult.Unavailable unavailable -> out.tag(5).text(unavailable.reason());
      case CommitResult.Refused refused ->
          out.tag(6)
              .number(refused.failure().code())
              .text(refused.failure().reason())
              .text(refused.failure().message());
    }
  }

  static CommitResult result(WireReader in) {
    int kind = in.tag();
    return switch (kind) {
      case 1 -> new CommitResult.Committed(in.number(), in.many(() -> document(in)));
      case 2 -> new CommitResult.Conflict(in.key(), in.number(), in.number());
      case 3 -> new CommitResult.AlreadyExists(in.key());
      case 4 -> new CommitResult.NotFound(in.key());
      case 5 -> new CommitResult.Unavailable(in.text());
      case 6 -> new CommitResult.Refused(new Failure((int) in.number(), in.text(), in.text()));
      default -> throw new IllegalStateException("no result is of kind " + kind);
    };
  }

  static void result(WireWriter out, ListResult result) {
    switch (result) {
      case ListResult.Page page -> {
        out.tag(1).number(page.documents().size());
        page.documents().forEach(document -> document(out, document));
        out.number(page.revision()).text(page.continueToken()).number(page.remaining());
      }
      case ListResult.Expired expired ->
          out.tag(2).number(expired.requestedRevision()).number(expired.oldestRevision());
      case ListResult.BadToken bad -> out.tag(3).text(bad.token());
      case ListResult.TooNew ahead ->
          out.tag(4).number(ahead.requestedRevision()).number(ahead.currentRevision());
    }
  }

  static ListResult listResult(WireReader in) {
    int kind = in.tag();
    return switch (kind) {
      case 1 ->
          new ListResult.Page(in.many(() -> document(in)), in.number(), in.text(), in.number());
      case 2 -> new ListResult.Expired(in.number(), in.number());
      case 3 -> new ListResult.BadToken(in.text());
      case 4 -> new ListResult.TooNew(in.number(), in.number());
      default -> throw new IllegalStateException("no list result is of kind " + kind);
    };
  }

  static void poll(WireWriter out, Watch.Poll poll) {
    switch (poll) {
      case Watch.Poll.Events events -> {
        out.tag(1).number(events.events().size());
        for (Watch.Event event : events.events()) {
          out.tag(event.change().ordinal());
          document(out, event.document());
          maybe(out, event.previous());
        }
        out.number(events.revision()).flag(events.more());
      }
      case Watch.Poll.Expired expired ->
          out.tag(2).number(expired.revision()).number(expired.oldestRevision());
      case Watch.Poll.Closed closed -> out.tag(3).text(closed.reason());
    }
  }

  static Watch.Poll poll(WireReader in) {
    int kind = in.tag();
    return switch (kind) {
      case 1 ->
          new Watch.Poll.Events(
              in.many(
                  () -> new Watch.Event(Watch.Change.values()[in.tag()], document(in), maybe(in))),
              in.number(),
              in.flag());
      case 2 -> new Watch.Poll.Expired(in.number(), in.number());
      case 3 -> new Watch.Poll.Closed(in.text());
      default -> throw new IllegalStateException("no poll is of kind " + kind);
    };
  }
}
