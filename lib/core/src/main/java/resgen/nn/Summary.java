package resgen.nn;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import resgen.settings.Html;

/**
 * What a model is made of: its parts with the shapes of their arrays and how many numbers they
 * hold. Parts that are numbered, such as {@code block0} to {@code block5}, share a row.
 *
 * @param title what the model is
 * @param rows the parts, in the order in which they were declared
 */
public record Summary(String title, List<Row> rows) {

  /**
   * A part.
   *
   * @param part its name, with {@code *} for a number
   * @param repeated how many parts share the row
   * @param shapes names and shapes of the arrays of one of them
   * @param numbers how many numbers they hold together
   */
  public record Row(String part, int repeated, String shapes, long numbers) {}

  public Summary {
    rows = List.copyOf(rows);
  }

  /** The summary of named arrays; a name's last dot parts an array from the part it belongs to. */
  public static Summary of(String title, Map<String, Shape> shapes) {
    Map<String, Set<String>> parts = new LinkedHashMap<>();
    Map<String, Set<String>> arrays = new LinkedHashMap<>();
    Map<String, Long> numbers = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          int dot = name.lastIndexOf('.');
          String own = dot < 0 ? name : name.substring(0, dot);
          String part = own.replaceAll("\\d+(?=\\.|$)", "*");
          parts.computeIfAbsent(part, p -> new LinkedHashSet<>()).add(own);
          String array = dot < 0 ? shape.toString() : name.substring(dot + 1) + " " + shape;
          arrays.computeIfAbsent(part, p -> new LinkedHashSet<>()).add(array);
          numbers.merge(part, shape.size(), Long::sum);
        });
    List<Row> rows = new ArrayList<>();
    parts.forEach(
        (part, own) ->
            rows.add(
                new Row(part, own.size(), String.join(", ", arrays.get(part)), numbers.get(part))));
    return new Summary(title, rows);
  }

  /** How many numbers there are in all. */
  public long numbers() {
    return rows.stream().mapToLong(Row::numbers).sum();
  }

  /** This summary with the rows of another after its own, their names behind a prefix. */
  public Summary with(String prefix, Map<String, Shape> shapes) {
    List<Row> all = new ArrayList<>(rows);
    for (Row row : of(title, shapes).rows) {
      all.add(new Row(prefix + row.part, row.repeated, row.shapes, row.numbers));
    }
    return new Summary(title, all);
  }

  /** As a table of a web page; notebooks show it. */
  public String toHtml() {
    StringBuilder out = new StringBuilder("<table><caption>");
    out.append(Html.escape(title)).append("</caption>\n<thead><tr>");
    out.append("<th style=\"text-align:left\">part</th><th>×</th>");
    out.append(
        "<th style=\"text-align:left\">shapes</th><th>parameters</th></tr></thead>\n<tbody>\n");
    for (Row row : rows) {
      out.append("<tr><td style=\"text-align:left\">").append(Html.escape(row.part));
      out.append("</td><td>").append(row.repeated);
      out.append("</td><td style=\"text-align:left\">").append(Html.escape(row.shapes));
      out.append("</td><td>").append(number(row.numbers)).append("</td></tr>\n");
    }
    out.append("<tr><th style=\"text-align:left\">all</th><th></th><th></th><th>");
    return out.append(number(numbers())).append("</th></tr>\n</tbody></table>").toString();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(title);
    for (Row row : rows) {
      out.append(
          String.format(
              Locale.ROOT,
              "%n%-28s %s %14s  %s",
              row.part,
              row.repeated > 1 ? "× " + row.repeated : "   ",
              number(row.numbers),
              row.shapes));
    }
    return out.append(String.format("%n%-28s     %14s", "all", number(numbers()))).toString();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
