package resgen.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import resgen.settings.Html;

/**
 * A trajectory as a piece of a web page with a slider and a play button: how many depths are
 * visible at each position, which token was revealed when, and the decoded picture if there is one.
 * The page needs no network, and any number of these may stand on it. Where scripts do not run, the
 * last step is shown.
 *
 * @param trajectory what is shown
 * @param pictures what the decoder makes of what is visible before the first step and after each,
 *     so one more than there are steps, all of one size; or none
 * @param caption a line above it, plain text
 */
public record Stepper(Trajectory trajectory, List<BufferedImage> pictures, String caption) {

  private static final int PICTURE = 128; // about so wide, in pixels of the page
  private static final int GRID = 128;
  private static final int MAP = 640; // at most
  private static final int SLOT = 14; // at most

  public Stepper {
    int frames = trajectory.steps().size() + 1;
    pictures = List.copyOf(pictures);
    if (!pictures.isEmpty() && pictures.size() != frames) {
      throw new IllegalArgumentException(
          pictures.size() + " pictures for " + frames + " states of a trajectory");
    }
  }

  /** The HTML: one element with its own style and script. */
  public String toHtml() {
    StringBuilder out = new StringBuilder();
    out.append("<div class=\"resgen-stepper\" data-trajectory=\"").append(Html.escape(json()));
    out.append("\">\n<div><b>").append(Html.escape(caption)).append("</b></div>\n");
    int last = trajectory.steps().size();
    out.append(
        "<div><button disabled>Play</button> <input type=\"range\" disabled min=\"0\" max=\"");
    out.append(last).append("\" value=\"").append(last).append("\"> <output></output></div>\n");
    out.append("<div class=\"panes\">\n");
    if (!pictures.isEmpty()) {
      out.append(pane("picture", strip()));
    }
    out.append(pane("visible depths per position", grid()));
    out.append(pane("step that revealed each token (rows: depth, columns: position)", map()));
    return out.append("</div>\n").append(resource()).append("</div>").toString();
  }

  private static String pane(String title, String content) {
    return "<div class=\"pane\"><div>" + title + "</div>" + content + "</div>\n";
  }

  private String json() {
    List<Trajectory.Step> steps = trajectory.steps();
    return "{\"depths\":"
        + trajectory.depths()
        + ",\"frame\":"
        + (pictures.isEmpty() ? 0 : pictures.get(0).getWidth() * zoom())
        + ",\"numbers\":"
        + steps.stream().map(s -> "" + s.number()).collect(Collectors.joining(",", "[", "]"))
        + ",\"visible\":"
        + steps.stream()
            .map(s -> Arrays.toString(s.visible()).replace(" ", ""))
            .collect(Collectors.joining(",", "[", "]"))
        + "}";
  }

  /** All pictures side by side in one, of which a window shows the last. */
  private String strip() {
    int zoom = zoom();
    int n = pictures.size();
    int w = pictures.get(0).getWidth();
    int h = pictures.get(0).getHeight();
    BufferedImage strip = new BufferedImage(n * w, h, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < n; i++) {
      strip.getGraphics().drawImage(pictures.get(i), i * w, 0, null);
    }
    return format(
        "<div class=\"frame\" style=\"width:%dpx;height:%dpx\"><img width=\"%d\" height=\"%d\""
            + " style=\"margin-left:%dpx\" src=\"data:image/png;base64,%s\"></div>",
        w * zoom, h * zoom, n * w * zoom, h * zoom, -(n - 1) * w * zoom, png(strip));
  }

  private int zoom() {
    return Math.max(1, PICTURE / pictures.get(0).getWidth());
  }

  private static String png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a picture as PNG", e);
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }

  /** Positions as they lie in the image, where they are a square; in one row otherwise. */
  private String grid() {
    int l = trajectory.positions();
    int side = (int) Math.round(Math.sqrt(l));
    int columns = side * side == l ? side : l;
    int rows = l / columns;
    int[] visible = trajectory.steps().get(trajectory.steps().size() - 1).visible();
    StringBuilder out = new StringBuilder();
    int cell = columns == l ? Math.max(2, Math.min(SLOT, MAP / l)) : Math.max(3, GRID / columns);
    out.append(svg(columns * cell, rows * cell, columns, rows));
    for (int p = 0; p < l; p++) {
      out.append(
          format(
              "<rect data-position=\"%d\" x=\"%d\" y=\"%d\" width=\"1\" height=\"1\""
                  + " fill=\"#1f5fa8\" fill-opacity=\"%.3f\" stroke=\"currentColor\""
                  + " stroke-width=\"0.02\"><title></title></rect>",
              p, p % columns, p / columns, (double) visible[p] / trajectory.depths()));
    }
    return out.append("</svg>").toString();
  }

  /** One path per step, of the tokens that it revealed. */
  private String map() {
    int l = trajectory.positions();
    int d = trajectory.depths();
    int slot = Math.max(2, Math.min(SLOT, MAP / l));
    StringBuilder out = new StringBuilder(svg(l * slot, d * slot, l, d));
    out.append(
        format(
            "<rect width=\"%d\" height=\"%d\" fill=\"currentColor\" fill-opacity=\"0.08\"/>",
            l, d));
    int steps = trajectory.steps().size();
    for (int s = 0; s < steps; s++) {
      boolean[] revealed = trajectory.revealed(s);
      String path =
          IntStream.range(0, revealed.length)
              .filter(i -> revealed[i])
              .mapToObj(i -> "M" + i / d + " " + i % d + "h1v1h-1z")
              .collect(Collectors.joining());
      double share = steps == 1 ? 1 : (double) s / (steps - 1);
      out.append(
          format(
              "<path data-step=\"%d\" fill=\"hsl(%.0f,70%%,%.0f%%)\" stroke=\"#d33\""
                  + " stroke-width=\"0\" d=\"%s\"><title>step %d</title></path>",
              s + 1, 250 - 200 * share, 35 + 25 * share, path, trajectory.steps().get(s).number()));
    }
    return out.append("</svg>").toString();
  }

  private static String svg(int width, int height, int columns, int rows) {
    return format(
        "<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", width, height, columns, rows);
  }

  private static String resource() {
    try (InputStream in = Stepper.class.getResourceAsStream("stepper.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the library's stepper.html cannot be read", e);
    }
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  @Override
  public String toString() {
    return "%s: %s, %d pictures".formatted(caption, trajectory, pictures.size());
  }
}
