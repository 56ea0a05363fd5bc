package dev.ballast.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.time.Now;

/**
 * One column of the Table form of a kind.
 *
 * @param type OpenAPI type of the cell: string, integer, boolean, date
 * @param format "name" for the first column, else ""
 * @param priority 0 is always shown, more only in wide output
 * @param cell what to print for a document; text, a number, or null; pure
 */
public record Column(
    String name, String type, String format, String description, int priority, Cell cell) {

  @FunctionalInterface
  public interface Cell {
    JsonNode of(JsonNode document, Now now);
  }
}
