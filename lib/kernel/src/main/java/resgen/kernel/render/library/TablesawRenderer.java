package resgen.kernel.render.library;

import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.kernel.render.Html;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tablesaw tables as HTML with the first and last rows, and the number of rows. */
public final class TablesawRenderer implements LibraryRenderer {
  private static final int TEXT_ROWS = 20;

  @Override
  public void register(Renderer renderer) {
    renderer
        .createRegistration(Table.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(TablesawRenderer::render);
    renderer
        .createRegistration(Column.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((c, context) -> render(Table.create(c.name(), c), context));
  }

  private static void render(Table table, RenderContext context) {
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text(table));
    context.renderIfRequested(MIMEType.TEXT_HTML, () -> html(table));
  }

  private static String text(Table table) {
    return table.print(TEXT_ROWS) + (table.isEmpty() ? "\n(no rows)" : "");
  }

  private static String html(Table table) {
    String name = table.name() == null ? "" : table.name() + ": ";
    String caption = name + table.rowCount() + " rows × " + table.columnCount() + " columns";
    return Html.table(
        caption,
        table.columnNames(),
        table.rowCount(),
        (row, column) -> {
          Column<?> c = table.column(column);
          return c.isMissing(row) ? "" : c.get(row);
        });
  }
}
