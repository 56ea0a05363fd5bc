package dev.ballast.testkit.store;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/** How the in-memory store lists: a plain scan in key order. Pure. */
final class MemoryLists {

  interface At {
    Optional<Document> version(ObjectKey key, long revision);
  }

  /** Where the next page begins: after this key, at this revision. */
  private record Token(long revision, String namespace, String name) {

    static Optional<Token> parse(String text) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
        return parts.length == 3
            ? Optional.of(new Token(Long.parseLong(parts[0]), parts[1], parts[2]))
            : Optional.empty();
      } catch (IllegalArgumentException notOurs) {
        return Optional.empty();
      }
    }

    String text() {
      String plain = revision + "\n" + namespace + "\n" + name;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }
  }

  private MemoryLists() {}

  static ListResult list(
      ListQuery query, NavigableSet<ObjectKey> keys, At at, long newest, long horizon) {
    long revision = newest;
    ObjectKey after = new ObjectKey(query.type(), query.namespace(), "");
    if (!query.continueToken().isEmpty()) {
      Optional<Token> token = Token.parse(query.continueToken());
      if (token.isEmpty() || token.get().revision > newest) {
        return new ListResult.BadToken(query.continueToken());
      }
      revision = token.get().revision;
      after = new ObjectKey(query.type(), token.get().namespace, token.get().name);
      if (revision < horizon) {
        return new ListResult.Expired(revision, horizon);
      }
    } else if (Math.max(query.minimumRevision(), query.exactRevision()) > newest) {
      return new ListResult.TooNew(
          Math.max(query.minimumRevision(), query.exactRevision()), newest);
    } else if (query.exactRevision() > 0) {
      revision = query.exactRevision();
      if (revision < horizon) {
        return new ListResult.Expired(revision, horizon);
      }
    }
    List<Document> matches = new ArrayList<>();
    for (ObjectKey key : keys.tailSet(after, false)) {
      if (!key.type().equals(query.type())) {
        break;
      }
      if (query.namespace().isEmpty() || query.namespace().equals(key.namespace())) {
        at.version(key, revision)
            .filter(document -> matches(query, document))
            .ifPresent(matches::add);
      }
    }
    return page(query, matches, revision);
  }

  private static ListResult page(ListQuery query, List<Document> matches, long revision) {
    if (query.limit() == 0 || matches.size() <= query.limit()) {
      return new ListResult.Page(matches, revision, "", 0);
    }
    List<Document> page = matches.subList(0, query.limit());
    ObjectKey last = page.getLast().key();
    Token next = new Token(revision, last.namespace(), last.name());
    return new ListResult.Page(page, revision, next.text(), matches.size() - page.size());
  }

  private static boolean matches(ListQuery query, Document document) {
    if (query.labels().isEverything() && query.fields().isEverything()) {
      return true;
    }
    var tree = document.tree();
    Map<String, String> labels = new LinkedHashMap<>();
    tree.path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return query.labels().matches(labels) && query.fields().matches(tree);
  }
}
