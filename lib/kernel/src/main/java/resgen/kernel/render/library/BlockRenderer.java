package resgen.kernel.render.library;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.kernel.render.Html;

/** DJL's blocks and models: their parts with shapes and numbers of parameters. */
public final class BlockRenderer implements LibraryRenderer {
  private record Part(String name, String type, String shapes, long parameters) {}

  @Override
  public void register(Renderer renderer) {
    renderer
        .createRegistration(Block.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((block, context) -> render(block.getClass().getSimpleName(), block, context));
    renderer
        .createRegistration(Model.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((model, context) -> render(model.getName(), model.getBlock(), context));
  }

  private static void render(String name, Block block, RenderContext context) {
    if (block == null) {
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> name + ": a model without a block");
      return;
    }
    List<Part> parts = new ArrayList<>();
    collect("", block, 0, parts);
    String head = name + ": " + number(count(block)) + " parameters";
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text(head, parts));
    context.renderIfRequested(MIMEType.TEXT_HTML, () -> html(head, parts));
  }

  private static void collect(String name, Block block, int depth, List<Part> parts) {
    String type = block.getClass().getSimpleName();
    String indent = "\u2003".repeat(depth);
    parts.add(new Part(indent + (name.isEmpty() ? type : name), type, shapes(block), count(block)));
    for (Pair<String, Block> child : block.getChildren()) {
      collect(child.getKey(), child.getValue(), depth + 1, parts);
    }
  }

  private static String shapes(Block block) {
    return block.getDirectParameters().values().stream()
        .map(p -> p.getName() + " " + (known(p) ? p.getShape() : "not initialised"))
        .collect(Collectors.joining(", "));
  }

  private static boolean known(Parameter parameter) {
    return parameter.getShape() != null;
  }

  private static long count(Block block) {
    return block.getParameters().values().stream()
        .filter(BlockRenderer::known)
        .map(Parameter::getShape)
        .mapToLong(Shape::size)
        .sum();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String text(String head, List<Part> parts) {
    StringBuilder out = new StringBuilder(head);
    for (Part p : parts) {
      out.append('\n').append(p.name).append(": ").append(p.type).append(' ').append(p.shapes);
      out.append(' ').append(number(p.parameters));
    }
    return out.toString();
  }

  private static String html(String head, List<Part> parts) {
    return Html.table(
        head,
        List.of("part", "type", "shapes", "parameters"),
        parts.size(),
        (row, column) ->
            switch (column) {
              case 0 -> parts.get(row).name;
              case 1 -> parts.get(row).type;
              case 2 -> parts.get(row).shapes;
              default -> parts.get(row).parameters;
            });
  }
}
