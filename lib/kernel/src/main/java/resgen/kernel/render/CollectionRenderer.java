package resgen.kernel.render;

import java.awt.image.RenderedImage;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * Records, collections, maps and arrays as tables; collections of pictures as pictures. Only what
 * is shown is looked at, whatever the size.
 */
final class CollectionRenderer {
  private static final int MAX_PICTURES = 50;
  private static final int MAX_WALK = 100_000;

  private CollectionRenderer() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(Record.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((r, context) -> html(context, () -> one(r)));
    renderer
        .createRegistration(Collection.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((c, context) -> html(context, () -> many(c)));
    renderer
        .createRegistration(Map.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((m, context) -> html(context, () -> pairs(m)));
  }

  private static void html(RenderContext context, Supplier<Object> html) {
    context.renderIfRequested(MIMEType.TEXT_HTML, html);
  }

  private static String one(Record record) {
    RecordComponent[] parts = record.getClass().getRecordComponents();
    return Html.table(
        record.getClass().getSimpleName(),
        List.of("field", "value"),
        parts.length,
        (row, column) -> column == 0 ? parts[row].getName() : get(record, parts[row]));
  }

  private static Object get(Object record, RecordComponent part) {
    try {
      part.getAccessor().trySetAccessible();
      return part.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      return "?";
    }
  }

  /** The first and last items of a collection, those that a table shows. */
  private record Shown(int size, List<Object> first, List<Object> last) {
    static Shown of(Collection<?> items) {
      int size = items.size();
      boolean cut = size > Html.HEAD + Html.TAIL + 1;
      boolean walks = cut && size <= MAX_WALK && !(items instanceof List);
      List<Object> first = new ArrayList<>();
      List<Object> last = new ArrayList<>();
      Iterator<?> all = items.iterator();
      for (int i = 0; i < (cut && !walks ? Html.HEAD : size) && all.hasNext(); i++) {
        Object item = all.next();
        if (!cut || i < Html.HEAD) {
          first.add(item);
        } else if (i >= size - Html.TAIL) {
          last.add(item);
        }
      }
      for (int i = Html.TAIL; cut && !walks && i > 0; i--) {
        last.add(fromEnd(items, i));
      }
      return new Shown(size, first, last);
    }

    Object at(int row) {
      int fromEnd = row - size + last.size();
      return row < first.size() ? first.get(row) : fromEnd >= 0 ? last.get(fromEnd) : "…";
    }

    boolean areAll(Class<?> type) {
      return Stream.concat(first.stream(), last.stream())
          .allMatch(item -> item != null && item.getClass() == type);
    }

    String caption(String one, String several) {
      return size + " " + (size == 1 ? one : several);
    }
  }

  private static Object fromEnd(Collection<?> items, int i) {
    if (items instanceof List<?> list) {
      return list.get(list.size() - i);
    }
    if (items instanceof NavigableSet<?> sorted) {
      Iterator<?> back = sorted.descendingIterator();
      Object last = null;
      for (int k = 0; k < i && back.hasNext(); k++) {
        last = back.next();
      }
      return last;
    }
    return "…";
  }

  private static String many(Collection<?> items) {
    if (!items.isEmpty() && items.iterator().next() instanceof RenderedImage) {
      return pictures(items);
    }
    Shown shown = Shown.of(items);
    String caption = shown.caption("item", "items");
    Object first = shown.size == 0 ? null : shown.at(0);
    if (!(first instanceof Record) || !shown.areAll(first.getClass())) {
      return Html.table(
          caption,
          List.of("#", "value"),
          shown.size,
          (row, column) -> column == 0 ? (Object) row : shown.at(row));
    }
    RecordComponent[] parts = first.getClass().getRecordComponents();
    return Html.table(
        caption,
        Arrays.stream(parts).map(RecordComponent::getName).toList(),
        shown.size,
        (row, column) -> get(shown.at(row), parts[column]));
  }

  private static String pictures(Collection<?> items) {
    StringBuilder out = new StringBuilder("<div>");
    Iterator<?> all = items.iterator();
    for (int i = 0; i < MAX_PICTURES && all.hasNext(); i++) {
      Object item = all.next();
      out.append(
          item instanceof RenderedImage image ? Pictures.html(image, 1) : Html.cell(item) + " ");
    }
    if (items.size() > MAX_PICTURES) {
      out.append("<br>… ").append(items.size() - MAX_PICTURES).append(" more pictures");
    }
    return out.append("</div>").toString();
  }

  private static String pairs(Map<?, ?> map) {
    Shown entries = Shown.of(map.entrySet());
    return Html.table(
        entries.caption("entry", "entries"),
        List.of("key", "value"),
        entries.size,
        (row, column) -> {
          if (!(entries.at(row) instanceof Map.Entry<?, ?> entry)) {
            return entries.at(row);
          }
          return column == 0 ? entry.getKey() : entry.getValue();
        });
  }

  /** A matrix as a table, or null when the array is none: rows of primitives of one length. */
  static String matrix(Object[] rows) {
    if (rows.length == 0
        || rows[0] == null
        || !rows[0].getClass().isArray()
        || !rows[0].getClass().getComponentType().isPrimitive()) {
      return null;
    }
    int columns = Array.getLength(rows[0]);
    for (Object row : rows) {
      if (row == null || Array.getLength(row) != columns) {
        return null;
      }
    }
    String type = rows[0].getClass().getComponentType().getSimpleName();
    return Html.table(
        type + ", " + rows.length + " rows × " + columns + " columns",
        IntStream.range(-1, columns).mapToObj(c -> c < 0 ? "" : "" + c).toList(),
        rows.length,
        (row, column) -> column == 0 ? (Object) row : Array.get(rows[row], column - 1));
  }
}
