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
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
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
  void tableShowsRowCountFirstAndLastRows() {
    Table table =
        Table.create(
            "runs",
            DoubleColumn.create("fid", IntStream.range(0, 100).mapToDouble(i -> i / 3.0).toArray()),
            StringColumn.create("name", IntStream.range(0, 100).mapToObj(i -> "<r" + i + ">")));
    String html = as(table, "text/html");
    assertTrue(html.contains("runs: 100 rows × 2 columns"), html);
    assertTrue(html.contains("<th>fid</th><th style=\"text-align:left\">name</th>"), html);
    assertTrue(html.contains("<td>0.333</td><td style=\"text-align:left\">&lt;r1&gt;</td>"), html);
    assertTrue(html.contains("<td>33.000</td>"), html);
    assertFalse(html.contains("double"), html);
    assertTrue(html.contains("… 80 more rows") && html.contains("&lt;r99&gt;"), html);
    assertFalse(html.contains("&lt;r50&gt;"), html);
    assertTrue(as(table, "text/plain").contains("fid"));
  }

  @Test
  void emptyTableAndMissingValues() {
    String none = as(Table.create("none"), "text/html");
    assertTrue(none.contains("0 rows × 0 columns") && none.contains("no rows"), none);
    Table rowless = Table.create("r", DoubleColumn.create("a"), StringColumn.create("b"));
    String html = as(rowless, "text/html");
    assertTrue(html.contains(">a</th>") && html.contains("no rows"), html);
    assertTrue(as(rowless, "text/plain").endsWith("(no rows)"), as(rowless, "text/plain"));
    assertTrue(as(List.of(), "text/html").contains("no rows"));
    DoubleColumn column = DoubleColumn.create("x", 1.5);
    column.appendMissing();
    assertTrue(as(column, "text/html").contains("<td>1.5</td></tr><tr><td></td>"));
  }

  /** The cells of a table with one column of these numbers. */
  private static List<String> shown(double... numbers) {
    return java.util.regex.Pattern.compile("<td>([^<]*)</td>")
        .matcher(as(Table.create(DoubleColumn.create("x", numbers)), "text/html"))
        .results()
        .map(m -> m.group(1))
        .toList();
  }

  @Test
  void numbersOfAColumnAreRoundedAlike() {
    assertEquals(List.of("0.5000", "0.3333"), shown(0.5, 1 / 3.0));
    assertEquals(List.of("0.0123", "1.2500", "2.5000"), shown(0.0123, 1.25, 2.5));
    assertEquals(List.of("100.3", "99.5"), shown(100.25, 99.5));
    assertEquals(List.of("12346", "0"), shown(12345.678, 0));
    assertEquals(List.of("1", "2", "-3"), shown(1, 2, -3));
    assertEquals(List.of("0.5"), shown(0.5));
    assertEquals(List.of("0.0000012", "123.5", "0"), shown(1.2e-6, 123.456, 0));
    assertEquals(List.of("1E+20", "0.1235"), shown(1e20, 0.12345));
    assertEquals(List.of("-0.33", "Infinity"), shown(-0.33, Double.POSITIVE_INFINITY));
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

  @Test
  void picturesBecomeAnAnimationThatLoops() throws Exception {
    BufferedImage black = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    BufferedImage white = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    white.setRGB(1, 2, 0xffffff);
    byte[] gif = Notebook.animation(List.of(black, white, black), 200);
    assertEquals(Base64.getEncoder().encodeToString(gif), as(gif, "image/gif"));
    var reader = ImageIO.getImageReadersByFormatName("gif").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(gif)));
    assertEquals(3, reader.getNumImages(true));
    assertEquals(0xffffff, reader.read(1).getRGB(1, 2) & 0xffffff);
    String bytes = new String(gif, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertTrue(bytes.contains("NETSCAPE2.0\u0003\u0001\u0000\u0000"), "plays for ever");
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
    assertTrue(rows.contains("<th>step</th><th>loss</th>"), rows);
    assertTrue(rows.contains("<td>2</td><td>0.3333</td>"), rows);
    assertTrue(as(new Row(1, 0.5), "text/html").contains("loss</td><td>0.5</td>"));
    assertTrue(as(List.of("a", "b"), "text/html").contains("2 items"));
    Map<String, Integer> map = new LinkedHashMap<>(Map.of("k", 1));
    assertTrue(as(map, "text/html").contains(">k</td><td>1</td>"));
    assertTrue(as(new Row[] {new Row(3, 1)}, "text/html").contains("<td>3</td>"));
  }

  @Test
  void matricesAreTablesAndPicturesInListsAreShown() {
    String matrix = as(new double[][] {{1, 2.5}, {3, 4}}, "text/html");
    assertTrue(matrix.contains("double, 2 rows × 2 columns"), matrix);
    assertTrue(matrix.contains("<td>0</td><td>1</td><td>2.5</td>"), matrix);
    assertTrue(as(new int[][] {{1}, {2, 3}}, "text/html").contains("int[2] {2, 3}"));
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    String pictures = as(java.util.Collections.nCopies(60, image), "text/html");
    assertEquals(51, pictures.split("<img|10 more pictures").length - 1, pictures);
  }

  /** A list that would take for ever to walk through. */
  private static final class Endless extends java.util.AbstractList<Integer> {
    int asked;

    @Override
    public Integer get(int index) {
      asked++;
      return index;
    }

    @Override
    public int size() {
      return Integer.MAX_VALUE / 4;
    }
  }

  @Test
  void onlyShownItemsAreLookedAt() {
    Endless list = new Endless();
    String html = as(list, "text/html");
    assertTrue(html.contains("536870911 items") && html.contains("<td>536870910</td>"), html);
    assertTrue(list.asked < 1000, "asked for " + list.asked);
    String set =
        as(new java.util.TreeSet<>(IntStream.range(0, 200_000).boxed().toList()), "text/html");
    assertTrue(set.contains("<td>199999</td><td>199999</td>"), set);
    assertTrue(html.contains("<td>14</td><td>14</td>") && !html.contains("<td>15</td>"), html);
  }

  /** A value whose text cannot be had. */
  static final class Rude {
    @Override
    public String toString() {
      throw new IllegalStateException("no");
    }
  }

  @Test
  void valuesThatCannotBePrintedAreNamed() {
    assertTrue(as(new Rude(), "text/plain").contains("Rude (its toString() failed"));
    assertTrue(as(List.of(new Rude()), "text/html").contains("Rude (its toString() failed"));
  }

  @Test
  void textIsShownAsAnyTypeAndJsonValuesAsJson() {
    for (String type :
        List.of("text/markdown", "text/latex", "text/html", "image/svg+xml", "application/json")) {
      DisplayData data = kernel.getRenderer().renderAs("[1]", type);
      assertEquals("[1]", data.getData(MIMEType.parse(type)));
    }
    JsonObject value = new JsonObject();
    value.addProperty("a", "<b>");
    JsonObject data = kernel.render(value).getAsJsonObject("data");
    assertEquals(value, data.get("application/json"));
    assertEquals("{\"a\":\"<b>\"}", data.get("text/plain").getAsString());
  }

  @Test
  void chartIsSvgWhenAskedFor() {
    XYChart chart = new XYChartBuilder().width(320).height(200).title("loss").build();
    chart.addSeries("train", new double[] {1, 2, 3}, new double[] {3, 2, 1});
    Object svg = kernel.getRenderer().renderAs(chart, "image/svg+xml").getData(MIMEType.IMAGE_SVG);
    assertTrue(String.valueOf(svg).contains("<svg"), () -> String.valueOf(svg));
  }

  @Test
  void drawingsLoseTheirXmlDeclaration() {
    String svg =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://x/y.dtd\">\n<svg>é</svg>";
    JsonObject bundle =
        resgen.kernel.render.Bundles.json(kernel.getRenderer().renderAs(svg, "image/svg+xml"));
    assertEquals("<svg>é</svg>", bundle.getAsJsonObject("data").get("image/svg+xml").getAsString());
  }

  @Test
  void whatTheNotebookRegistersWins() {
    try (JavaKernel own = JavaKernel.open(KernelSettings.plain())) {
      own.getRenderer()
          .createRegistration(Table.class)
          .preferring(MIMEType.TEXT_HTML)
          .register((t, c) -> c.renderIfRequested(MIMEType.TEXT_HTML, () -> "mine"));
      own.getRenderer()
          .createRegistration(Duck.class)
          .preferring(MIMEType.TEXT_HTML)
          .register((t, c) -> c.renderIfRequested(MIMEType.TEXT_HTML, () -> "quack"));
      for (Object value : List.of(Table.create("x"), new Duck())) {
        String html = own.render(value).getAsJsonObject("data").get("text/html").getAsString();
        assertEquals(value instanceof Duck ? "quack" : "mine", html);
      }
    }
  }

  @Test
  void hugeTextIsCutWithANote() {
    String text = as("x".repeat(1_000_000), "text/plain");
    assertTrue(text.length() < 21_000 && text.endsWith("980000 more characters"));
  }

  @Test
  void stringsAreShownAsAskedFor() {
    DisplayData svg = kernel.getRenderer().renderAs("<svg/>", "image/svg+xml");
    assertEquals("<svg/>", svg.getData(MIMEType.IMAGE_SVG));
    assertEquals("null", as(null, "text/plain"));
  }
}
