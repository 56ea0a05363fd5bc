package dev.ballast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.raft.FormerMember;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the cluster keeps of each member beside the group's own configuration: where it is to be
 * reached, and of one that was taken out, when that was. Blocks; thread-safe.
 *
 * @param store what is written is the cluster's; what is read is what is here
 */
record MemberObjects(ResourceStore store) {

  /** Where members are kept; nobody else writes there. */
  static final ResourceType TYPE = new ResourceType("ballast.dev", "members");

  private static final int MOST_ATTEMPTS = 10;

  /**
   * One member's.
   *
   * @param address HOST:PORT for the other members
   * @param url where clients reach its API
   */
  record Member(String id, String address, String url) {
    private static Member of(Document document) {
      return new Member(
          document.key().name(),
          document.tree().at("/spec/address").asText(),
          document.tree().at("/spec/url").asText());
    }
  }

  List<Member> all() {
    return store.serializable().list(ListQuery.all(TYPE)) instanceof ListResult.Page page
        ? page.documents().stream().map(Member::of).toList()
        : List.of();
  }

  Optional<Member> find(String id) {
    return store.serializable().get(key(id)).map(Member::of);
  }

  private static ObjectKey key(String id) {
    return ObjectKey.cluster(TYPE, id);
  }

  /**
   * @throws StoreUnavailableException when it is not known whether it was written
   */
  void put(Member member) {
    ObjectNode document = Json.object().put("apiVersion", "ballast.dev/v1").put("kind", "Member");
    document.putObject("metadata").put("name", member.id());
    document.putObject("spec").put("address", member.address()).put("url", member.url());
    put(key(member.id()), Json.storable(document));
  }

  /**
   * Notes that one is to be taken out, so that it can be told.
   *
   * @throws StoreUnavailableException when it is not known whether it was written
   */
  void note(FormerMember former) {
    put(FormerMember.key(former.id()), former.stored());
  }

  private void put(ObjectKey key, byte[] json) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Optional<Document> there = store.get(key);
      CommitResult result =
          store.commit(
              there.isEmpty()
                  ? new Write.Create(key, json)
                  : new Write.Replace(key, there.get().revision(), "", json));
      if (isDone(result)) {
        return;
      }
    }
    throw new StoreUnavailableException(key + " is written by others all the time");
  }

  /**
   * @throws StoreUnavailableException when it is not known whether they are gone
   */
  void forget(Predicate<Member> whom) {
    all().stream()
        .filter(whom)
        .forEach(
            one ->
                isDone(store.commit(new Write.Delete(key(one.id()), 0, DeleteOptions.DEFAULTS))));
  }

  private static boolean isDone(CommitResult result) {
    if (result instanceof CommitResult.Unavailable unavailable) {
      throw new StoreUnavailableException(unavailable.reason());
    }
    return result instanceof CommitResult.Committed;
  }
}
