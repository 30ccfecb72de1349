package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TensorRendererTest {
  private static JavaKernel kernel;
  private static NDManager manager;

  @BeforeAll
  static void open() {
    kernel = JavaKernel.open(KernelSettings.plain());
    manager = NDManager.newBaseManager();
  }

  @AfterAll
  static void close() {
    kernel.close();
    manager.close();
  }

  private static String as(Object value, String type) {
    JsonObject data = kernel.render(value).getAsJsonObject("data");
    return data.has(type) ? data.get(type).getAsString() : null;
  }

  private static BufferedImage picture(NDArray array) throws Exception {
    Matcher m = Pattern.compile("base64,([^\"]+)").matcher(as(array, "text/html"));
    assertTrue(m.find());
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(m.group(1))));
  }

  @Test
  void smallArraysAreShownInFull() {
    NDArray array = manager.create(new float[] {1, -2.5f, 3, 4}, new Shape(2, 2));
    assertEquals(
        "NDArray (2, 2) float32 cpu\nmin -2.500, max 4.000, mean 1.375, std 2.484\n"
            + "[[1.0, -2.5],\n [3.0, 4.0]]",
        as(array, "text/plain"));
    assertTrue(as(manager.create(3), "text/plain").endsWith("\n3"));
    assertTrue(
        as(manager.create(new boolean[] {true, false}), "text/plain").endsWith("[true, false]"));
  }

  @Test
  void valuesThatAreNotFiniteAreCounted() {
    float[] values = {1, Float.NaN, Float.POSITIVE_INFINITY, Float.NaN, 3};
    String text = as(manager.create(values), "text/plain");
    assertTrue(text.contains("min 1.000, max 3.000, mean 2.000, std 1.000, NaN 2, infinite 1"));
    assertTrue(as(manager.create(new float[] {Float.NaN}), "text/plain").contains("no finite"));
  }

  @Test
  void emptyAndClosedArraysSaySo() {
    assertEquals("NDArray (0, 3) float32 cpu", as(manager.create(new Shape(0, 3)), "text/plain"));
    NDArray array = manager.ones(new Shape(3));
    array.close();
    assertEquals("NDArray, closed: its memory was given back", as(array, "text/plain"));
    assertTrue(as(new NDList(array), "text/plain").contains("closed"));
  }

  @Test
  void arraysOfStringsAreShownListedAndInspected() {
    NDArray words = manager.create(new String[] {"a", null, "c", "d"}, new Shape(2, 2));
    assertEquals(
        "NDArray (2, 2) string\n[[\"a\", null],\n [\"c\", \"d\"]]", as(words, "text/plain"));
    assertEquals("NDArray () string\n\"abc\"", as(manager.create("abc"), "text/plain"));
    assertEquals("NDArray (0) string", as(manager.create(new String[0]), "text/plain"));
    String list = as(new NDList(words, manager.create(3)), "text/plain");
    assertTrue(list.contains("NDArray (2, 2) string\nNDArray () int32 cpu"), list);
    assertTrue(as(java.util.List.of(words), "text/html").contains("[a, null, c, d]"));
    assertEquals("(2, 2) string", resgen.kernel.magic.Whos.size(words));
    words.close();
    assertEquals("closed", resgen.kernel.magic.Whos.size(words));
    assertEquals("NDArray, closed: its memory was given back", as(words, "text/plain"));
  }

  @Test
  void aStringArrayInACellIsListedAndInspected() {
    Recorder recorder = new Recorder();
    String cell =
        "var words = ai.djl.ndarray.NDManager.newBaseManager().create(new String[] {\"a\"});";
    assertTrue(kernel.execute(cell, recorder).ok());
    assertEquals("NDArray (1) string\n[\"a\"]", kernel.execute("words", recorder).text());
    CellResult whos = kernel.execute("%whos", recorder);
    assertTrue(whos.value().toString().contains("(1) string"), () -> whos.value().toString());
    String inspected = kernel.assist().inspect("words", 5, false).orElseThrow().text();
    assertTrue(inspected.contains("(1) string"), inspected);
  }

  @Test
  void sparseAndComplexArraysAreShown() {
    long[][] at = {{0, 1}, {0, 1}};
    NDArray sparse =
        manager.createCoo(java.nio.FloatBuffer.wrap(new float[] {1, 2}), at, new Shape(2, 2));
    assertEquals(
        "NDArray (2, 2) float32 cpu sparse\nmin 0.000, max 2.000, mean 0.7500, std 0.8292\n"
            + "[[1.0, 0.0],\n [0.0, 2.0]]",
        as(sparse, "text/plain"));
    NDArray large =
        manager.createCoo(
            java.nio.FloatBuffer.wrap(new float[] {1, 2}), at, new Shape(1L << 20, 1L << 20));
    assertEquals("NDArray (1048576, 1048576) float32 cpu sparse", as(large, "text/plain"));
    NDArray complex = manager.create(new float[] {1, 2, 3, 4}).fft(4);
    assertEquals("NDArray (4) complex64 cpu", as(complex, "text/plain"));
    assertTrue(as(java.util.List.of(complex), "text/html").contains("complex64"));
  }

  @Test
  void largeArraysAreReadInPieces() {
    NDArray rows = manager.arange(3_000_000f).reshape(3000, 1000);
    assertTrue(as(rows, "text/plain").contains("min 0.000, max 3.000e+06, mean 1.500e+06"));
    assertFalse(as(rows, "text/plain").contains(" numbers)"), "all of them are looked at");
    NDArray one = manager.zeros(new Shape(1, 40_000_000));
    one.set(new ai.djl.ndarray.index.NDIndex(0, 0), 1);
    String text = as(one, "text/plain");
    assertTrue(text.contains("max 1.000") && text.contains(" of 40,000,000 numbers)"), text);
  }

  @Test
  void transposedArraysAreReadInTheirOwnOrder() {
    NDArray array = manager.create(new int[] {1, 2, 3, 4}, new Shape(2, 2)).transpose();
    assertTrue(as(array, "text/plain").endsWith("[[1, 3],\n [2, 4]]"));
  }

  @Test
  void arraysShapedLikeImagesArePictures() throws Exception {
    NDArray grey = manager.zeros(new Shape(10, 12)).add(0.5f);
    grey.set(new ai.djl.ndarray.index.NDIndex(3, 7), 1);
    BufferedImage picture = picture(grey);
    assertEquals(12, picture.getWidth());
    assertEquals(10, picture.getHeight());
    assertEquals(0xffffff, picture.getRGB(7, 3) & 0xffffff);
    assertEquals(0x808080, picture.getRGB(0, 0) & 0xffffff);
    assertTrue(as(grey, "text/html").contains("black 0.000, white 1.000"));

    NDArray rgb = manager.zeros(new Shape(3, 9, 8), DataType.UINT8);
    rgb.set(new ai.djl.ndarray.index.NDIndex("2, 4, 5"), 200);
    assertEquals(200, picture(rgb).getRGB(5, 4) & 0xffffff);
    assertEquals(200, picture(rgb.transpose(1, 2, 0)).getRGB(5, 4) & 0xffffff);

    NDArray many = manager.zeros(new Shape(70, 1, 8, 8)).sub(1);
    many.set(new ai.djl.ndarray.index.NDIndex(17, 0, 2, 3), 1);
    BufferedImage grid = picture(many);
    assertEquals(16 * 10 - 2, grid.getWidth());
    assertEquals(4 * 10 - 2, grid.getHeight());
    assertEquals(0xffffff, grid.getRGB(1 * 10 + 3, 1 * 10 + 2) & 0xffffff);
    assertTrue(as(many, "text/html").contains("black -1.000, white 1.000, 64 of 70 images"));
  }

  @Test
  void largePicturesAreMadeSmaller() throws Exception {
    NDArray wide = manager.zeros(new Shape(100, 1030));
    wide.set(new ai.djl.ndarray.index.NDIndex(3, 6), 1);
    BufferedImage picture = picture(wide);
    assertEquals(344, picture.getWidth());
    assertEquals(34, picture.getHeight());
    assertEquals(0xffffff, picture.getRGB(2, 1) & 0xffffff);
    assertTrue(as(wide, "text/html").contains("one pixel of 3 × 3"));
  }

  @Test
  void otherArraysAreNoPictures() {
    assertNull(as(manager.zeros(new Shape(7, 40)), "text/html"));
    assertNull(as(manager.zeros(new Shape(5, 20, 20)), "text/html"));
    assertNull(as(manager.zeros(new Shape(20, 20), DataType.INT64), "text/html"));
    NDArray broken = manager.zeros(new Shape(20, 20)).log();
    assertNull(as(broken, "text/html"));
    assertTrue(as(broken, "text/plain").contains("infinite 400"));
  }

  @Test
  void blocksShowTheirPartsAndParameters() {
    SequentialBlock block =
        new SequentialBlock()
            .add(Linear.builder().setUnits(4).build())
            .add(Activation.reluBlock())
            .add(Linear.builder().setUnits(2).optBias(false).build());
    assertTrue(as(block, "text/html").contains("not initialised"));
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
    String html = as(block, "text/html");
    assertTrue(html.contains("SequentialBlock: 24 parameters"), html);
    assertTrue(html.contains("weight (4, 3), bias (4)") && html.contains("<td>16</td>"), html);
    assertTrue(as(block, "text/plain").contains("weight (2, 4) 8"));
  }
}
