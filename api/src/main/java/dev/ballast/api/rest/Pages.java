package dev.ballast.api.rest;

import dev.ballast.api.server.Refusal;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;

/**
 * A list without a limit, a page in memory at a time, all of them at the first one's revision.
 * Pages are of so many objects as make a megabyte or so. One thread.
 */
final class Pages {

  private static final int FIRST = 100;
  private static final int MOST = 1000;
  private static final long PAGE_BYTES = 1 << 20;

  private final ListQuery query;
  private final ResourceStore here;
  private ListResult.Page current;

  /**
   * @throws Refusal when there is no first page
   */
  Pages(ResourceStore store, ListQuery query) throws Refusal {
    this.query = query;
    this.here = store.serializable();
    this.current = Reading.page(store, query.withPage(FIRST, ""));
  }

  /** What is there already, and nothing more. */
  Pages(ListResult.Page only) {
    this.query = null;
    this.here = null;
    this.current = only;
  }

  ListResult.Page current() {
    return current;
  }

  boolean hasNext() {
    return !current.continueToken().isEmpty();
  }

  /**
   * @throws Refusal when history no longer reaches back to the list's beginning
   */
  ListResult.Page next() throws Refusal {
    String token = current.continueToken();
    int size = size();
    current = null; // what is sent need not wait beside what comes
    current = Reading.page(here, query.withPage(size, token));
    return current;
  }

  private int size() {
    long bytes = 1;
    for (var document : current.documents()) {
      bytes += document.json().length;
    }
    return Math.clamp(PAGE_BYTES * current.documents().size() / bytes, 1, MOST);
  }
}
