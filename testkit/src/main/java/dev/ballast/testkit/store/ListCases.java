package dev.ballast.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.selector.LabelSelectorParser;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Listing: order, selection, pages. */
abstract class ListCases extends CommitCases {

  @Test
  void aListIsInKeyOrder() {
    for (String name : List.of("c", "a", "b-2", "b", "b.1")) {
      created(name, "");
    }
    assertEquals(List.of("a", "b", "b-2", "b.1", "c"), names(inAlpha()));
  }

  @Test
  void aListShowsOneNamespaceOrAll() {
    committed(create(key(BETA, "b"), ""));
    committed(create(key(ALPHA, "z"), ""));
    assertEquals(List.of("z"), names(inAlpha()));
    List<String> all = names(ListQuery.all(ResourceType.CONFIG_MAPS));
    assertTrue(all.indexOf("z") >= 0 && all.indexOf("z") < all.indexOf("b"), all.toString());
  }

  @Test
  void aListShowsOneTypeOnly() {
    created("a", "");
    assertEquals(List.of(), names(ListQuery.in(ResourceType.SECRETS, ALPHA)));
  }

  @Test
  void aListShowsTheNewestVersions() {
    Document first = created("a", "1");
    long revision = committed(replace(first, "2")).revision();
    ListResult.Page page = page(inAlpha());
    assertEquals("2", value(page.documents().getFirst()));
    assertTrue(page.revision() >= revision);
    assertEquals("", page.continueToken());
  }

  @Test
  void labelsSelect() {
    committed(create(key("web"), Map.of("app", "web", "tier", "front")));
    committed(create(key("db"), Map.of("app", "db")));
    committed(create(key("plain"), Map.of()));
    Map<String, List<String>> table =
        Map.of(
            "app=web", List.of("web"),
            "app in (web,db)", List.of("db", "web"),
            "app!=web", List.of("db", "plain"),
            "app", List.of("db", "web"),
            "!app", List.of("plain"),
            "app=db,tier=front", List.of());
    table.forEach(
        (selector, expected) ->
            assertEquals(
                expected,
                names(inAlpha().withLabels(LabelSelectorParser.parse(selector))),
                selector));
  }

  @Test
  void fieldsSelect() {
    created("a", "");
    created("b", "");
    committed(create(key(BETA, "a"), ""));
    assertEquals(
        List.of("a"), names(inAlpha().withFields(FieldSelector.equal("metadata.name", "a"))));
    assertEquals(
        List.of("b"), names(inAlpha().withFields(FieldSelector.parse("metadata.name!=a"))));
    assertEquals(
        List.of("a"),
        names(
            ListQuery.all(ResourceType.CONFIG_MAPS)
                .withFields(FieldSelector.parse("metadata.name=a,metadata.namespace=beta"))));
  }

  @Test
  void pagesLeadThroughEverything() {
    for (int i = 0; i < 7; i++) {
      created("n" + i, "");
    }
    ListResult.Page first = page(inAlpha().withPage(3, ""));
    assertEquals(3, first.documents().size());
    assertTrue(first.remaining() == 4 || first.remaining() == -1, "remaining");
    assertEquals(List.of("n0", "n1", "n2", "n3", "n4", "n5", "n6"), namesByPages(3, () -> {}));
  }

  @Test
  void aPageThatEndsTheListHasNoToken() {
    created("a", "");
    created("b", "");
    assertEquals("", page(inAlpha().withPage(2, "")).continueToken());
    assertEquals("", page(inAlpha().withPage(9, "")).continueToken());
  }

  @Test
  void aFilteredPageIsFull() {
    for (int i = 0; i < 6; i++) {
      committed(create(key("n" + i), Map.of("odd", Boolean.toString(i % 2 == 1))));
    }
    ListQuery odd = inAlpha().withLabels(LabelSelectorParser.parse("odd=true"));
    assertEquals(List.of("n1", "n3"), names(odd.withPage(2, "")));
  }

  @Test
  void pagesShowOneMomentWhateverIsWrittenMeanwhile() {
    for (int i = 0; i < 6; i++) {
      created("n" + i, "old");
    }
    ListResult.Page first = page(inAlpha().withPage(2, ""));
    committed(create(key("n0a"), "new"), create(key("n9"), "new"));
    committed(replace(store.get(key("n4")).orElseThrow(), "new"));
    committed(delete(key("n5")));
    ListResult.Page second = page(inAlpha().withPage(10, first.continueToken()));
    assertEquals(first.revision(), second.revision());
    assertEquals(
        List.of("n2", "n3", "n4", "n5"),
        second.documents().stream().map(document -> document.key().name()).toList());
    second.documents().forEach(document -> assertEquals("old", value(document)));
  }

  @Test
  void aStrangeTokenIsRefused() {
    created("a", "");
    assertInstanceOf(
        ListResult.BadToken.class, store.list(inAlpha().withPage(1, "no-token-of-ours")));
  }

  @Test
  void anOldTokenExpires() throws Exception {
    Assumptions.assumeTrue(compacts());
    created("a", "1");
    created("b", "1");
    String token = page(inAlpha().withPage(1, "")).continueToken();
    committed(create(key("c"), "1"));
    compact(store, store.revision());
    assertInstanceOf(ListResult.Expired.class, store.list(inAlpha().withPage(1, token)));
    assertEquals(List.of("a", "b", "c"), names(inAlpha()));
  }

  @Test
  void aListMayAskForAtLeastARevision() {
    long revision = created("a", "1").revision();
    ListQuery query = inAlpha();
    assertEquals(1, page(atLeast(query, revision)).documents().size());
    assertInstanceOf(ListResult.TooNew.class, store.list(atLeast(query, revision + 1_000_000)));
  }

  @Test
  void aListShowsAnExactRevisionHoweverOld() throws Exception {
    Document first = created("a", "1");
    long moment = committed(create(key("b"), "1")).revision();
    committed(replace(store.get(key("a")).orElseThrow(), "2"));
    committed(delete(key("b")));
    committed(create(key("c"), "1"));
    ListResult.Page page = page(inAlpha().at(moment));
    assertEquals(moment, page.revision());
    assertEquals(List.of("a", "b"), names(inAlpha().at(moment)));
    assertEquals("1", value(page.documents().getFirst()));
    assertEquals(first.revision(), page.documents().getFirst().revision());
    ListResult.Page half = page(inAlpha().at(moment).withPage(1, ""));
    assertEquals(List.of("b"), names(inAlpha().withPage(1, half.continueToken())));
    assertInstanceOf(ListResult.TooNew.class, store.list(inAlpha().at(moment + 1_000_000)));
    Assumptions.assumeTrue(compacts());
    compact(store, store.revision());
    assertInstanceOf(ListResult.Expired.class, store.list(inAlpha().at(moment)));
  }

  private static ListQuery atLeast(ListQuery query, long revision) {
    return new ListQuery(
        query.type(), query.namespace(), query.labels(), query.fields(), 0, "", revision);
  }

  private List<String> namesByPages(int size, Runnable between) {
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      ListResult.Page page = page(inAlpha().withPage(size, token));
      page.documents().forEach(document -> names.add(document.key().name()));
      token = page.continueToken();
      between.run();
    } while (!token.isEmpty());
    return names;
  }
}
