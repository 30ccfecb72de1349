package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class RendererTest {
  private static JavaKernel kernel;

  @BeforeAll
  static void open() {
    kernel = JavaKernel.open(KernelSettings.plain());
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  private static String as(Object value, String type) {
    JsonObject data = kernel.render(value).getAsJsonObject("data");
    return data.has(type) ? data.get(type).getAsString() : null;
  }

  private static BufferedImage png(String base64) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  @Test
  void tableShowsTypesRowCountFirstAndLastRows() {
    Table table =
        Table.create(
            "runs",
            DoubleColumn.create("fid", IntStream.range(0, 100).mapToDouble(i -> i / 3.0).toArray()),
            StringColumn.create("name", IntStream.range(0, 100).mapToObj(i -> "<r" + i + ">")));
    String html = as(table, "text/html");
    assertTrue(html.contains("runs: 100 rows × 2 columns"), html);
    assertTrue(html.contains("<th>fid<br><small>double</small></th>"), html);
    assertTrue(html.contains("<td>0.333333</td><td>&lt;r1&gt;</td>"), html);
    assertTrue(html.contains("… 80 more rows") && html.contains("&lt;r99&gt;"), html);
    assertFalse(html.contains("&lt;r50&gt;"), html);
    assertTrue(as(table, "text/plain").contains("fid"));
  }

  @Test
  void emptyTableAndMissingValues() {
    assertTrue(as(Table.create("none"), "text/html").contains("0 rows × 0 columns"));
    DoubleColumn column = DoubleColumn.create("x", 1.5);
    column.appendMissing();
    assertTrue(as(column, "text/html").contains("<td>1.5</td></tr><tr><td></td>"));
  }

  @Test
  void chartIsAPicture() throws Exception {
    XYChart chart = new XYChartBuilder().width(320).height(200).title("loss").build();
    chart.addSeries("train", new double[] {1, 2, 3}, new double[] {3, 2, 1});
    BufferedImage image = png(as(chart, "image/png"));
    assertEquals(320, image.getWidth());
    assertEquals(200, image.getHeight());
    assertEquals("XYChart \"loss\" 320×200, series [train]", as(chart, "text/plain"));
  }

  @Test
  void imageIsThePictureItself() throws Exception {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0x123456);
    assertEquals(0x123456, png(as(image, "image/png")).getRGB(2, 1) & 0xffffff);
    assertEquals("picture 3×2", as(image, "text/plain"));
  }

  @Test
  void bytesOfPicturesAreShownAsSuch() {
    byte[] gif = "GIF89a...".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertEquals(Base64.getEncoder().encodeToString(gif), as(gif, "image/gif"));
    assertEquals("byte[3] {1, 2, 3}", as(new byte[] {1, 2, 3}, "text/plain"));
  }

  /** As a library would write it, without knowing Jupyter. */
  static final class Duck {
    public String toHtml() {
      return "<b>duck</b>";
    }

    public BufferedImage toImage() {
      return new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    }

    @Override
    public String toString() {
      return "duck";
    }
  }

  @Test
  void objectsWithToHtmlAndToImageNeedNoRenderer() throws Exception {
    assertEquals("<b>duck</b>", as(new Duck(), "text/html"));
    assertEquals(4, png(as(new Duck(), "image/png")).getWidth());
    assertEquals("duck", as(new Duck(), "text/plain"));
    DisplayData html = kernel.getRenderer().renderAs(new Duck(), "text/html");
    assertNotNull(html);
  }

  record Row(int step, double loss) {}

  @Test
  void recordsCollectionsAndMapsAreTables() {
    String rows = as(List.of(new Row(1, 0.5), new Row(2, 1.0 / 3)), "text/html");
    assertTrue(rows.contains("<th>step<br><small>int</small></th>"), rows);
    assertTrue(rows.contains("<td>2</td><td>0.333333</td>"), rows);
    assertTrue(as(new Row(1, 0.5), "text/html").contains("<td>loss</td><td>0.5</td>"));
    assertTrue(as(List.of("a", "b"), "text/html").contains("2 items"));
    Map<String, Integer> map = new LinkedHashMap<>(Map.of("k", 1));
    assertTrue(as(map, "text/html").contains("<td>k</td><td>1</td>"));
    assertTrue(as(new Row[] {new Row(3, 1)}, "text/html").contains("<td>3</td>"));
  }

  @Test
  void hugeTextIsCutWithANote() {
    String text = as("x".repeat(1_000_000), "text/plain");
    assertTrue(text.length() < 21_000 && text.endsWith("980000 more characters"));
  }

  @Test
  void stringsAreShownAsAskedFor() {
    DisplayData svg = kernel.getRenderer().renderAs("<svg/>", "image/svg+xml");
    assertEquals(
        "<svg/>", svg.getData(org.dflib.jjava.jupyter.kernel.display.mime.MIMEType.IMAGE_SVG));
    assertEquals("null", as(null, "text/plain"));
  }
}
