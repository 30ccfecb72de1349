package resgen.kernel.render;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** Records, collections and maps as tables. */
final class CollectionRenderer {
  private CollectionRenderer() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(Record.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((r, context) -> html(context, () -> one(r)));
    renderer
        .createRegistration(Collection.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((c, context) -> html(context, () -> many(new ArrayList<Object>(c))));
    renderer
        .createRegistration(Map.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((m, context) -> html(context, () -> pairs(m)));
  }

  private static void html(RenderContext context, java.util.function.Supplier<Object> html) {
    context.renderIfRequested(MIMEType.TEXT_HTML, html);
  }

  private static String one(Record record) {
    RecordComponent[] parts = record.getClass().getRecordComponents();
    return Html.table(
        record.getClass().getSimpleName(),
        List.of("field", "value"),
        null,
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

  private static String many(List<Object> items) {
    String caption = items.size() + (items.size() == 1 ? " item" : " items");
    Object first = items.isEmpty() ? null : items.get(0);
    boolean records =
        first instanceof Record
            && items.stream().allMatch(i -> i != null && i.getClass() == first.getClass());
    if (!records) {
      return Html.table(
          caption,
          List.of("#", "value"),
          null,
          items.size(),
          (row, column) -> column == 0 ? (Object) row : items.get(row));
    }
    RecordComponent[] parts = first.getClass().getRecordComponents();
    return Html.table(
        caption,
        Arrays.stream(parts).map(RecordComponent::getName).toList(),
        Arrays.stream(parts).map(p -> p.getType().getSimpleName()).toList(),
        items.size(),
        (row, column) -> get(items.get(row), parts[column]));
  }

  private static String pairs(Map<?, ?> map) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    return Html.table(
        entries.size() + (entries.size() == 1 ? " entry" : " entries"),
        List.of("key", "value"),
        null,
        entries.size(),
        (row, column) -> column == 0 ? entries.get(row).getKey() : entries.get(row).getValue());
  }
}
