package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

  enum Order {
    RANDOM,
    CONFIDENCE
  }

  sealed interface Rate permits Constant, Cosine {}

  record Constant(double rate) implements Rate {}

  record Cosine(double rate, int steps) implements Rate {}

  record Inner(int depth, boolean flag) {
    Inner {
      if (depth < 1) {
        throw new IllegalArgumentException("depth is " + depth + ", must be at least 1");
      }
    }

    public boolean isDeep() {
      return depth > 4;
    }

    public int getWidth() {
      return 7;
    }
  }

  record Settings(
      long seed,
      double weight,
      Order order,
      Inner inner,
      Rate rate,
      List<Rate> more,
      String name) {}

  record Boxed(Long seed, Float weight, List<Double> rates, Map<String, Long> counts, Rate none) {}

  record Swapped(String b, String a) {}

  record Straight(String a, String b) {}

  record Grown(int depth, @Later double prior) {}

  record Named(int depth, @Later List<String> names) {}

  private static final Settings VALUE =
      new Settings(
          Long.MAX_VALUE,
          0.1,
          Order.CONFIDENCE,
          new Inner(8, true),
          new Cosine(1e-3, 10),
          List.of(new Constant(2), new Cosine(3, 1)),
          "ä \"x\"\n");

  private static String failure(String text, Class<?> type) {
    return assertThrows(IllegalArgumentException.class, () -> Json.read(text, type)).getMessage();
  }

  @Test
  void nestedRecordsEnumsAndSealedVariantsRoundTrip() {
    assertEquals(VALUE, Json.read(Json.write(VALUE), Settings.class));
    assertEquals(VALUE, Json.read(Json.line(VALUE), Settings.class));
    assertEquals(VALUE.rate(), Json.read(Json.write(VALUE.rate()), Rate.class));
    assertEquals(VALUE.rate(), Json.read(Json.write(VALUE.rate()), Cosine.class));
  }

  @Test
  void valuesOfThePlatformAreWrittenPlainly() {
    Boxed boxed = new Boxed(1L, 0.1f, List.of(0.1, 3.0), Map.of("a", 2L), null);
    String text =
        "{\"seed\":1,\"weight\":0.1,\"rates\":[0.1,3.0],\"counts\":{\"a\":2}," + "\"none\":null}";
    assertEquals(text, Json.line(boxed));
    assertEquals(boxed, Json.read(text, Boxed.class));
    assertEquals("NaN", Json.read(Json.line(Double.NaN), Double.class).toString());
  }

  @Test
  void onlyComponentsAreWrittenInTheirOrder() {
    assertEquals("{\"depth\":8,\"flag\":true}", Json.line(VALUE.inner()));
    assertEquals("{\n  \"depth\" : 8,\n  \"flag\" : true\n}\n", Json.write(VALUE.inner()));
    assertEquals("{\"type\":\"Constant\",\"rate\":0.5}", Json.line(new Constant(0.5)));
    assertEquals("{\"a\":1,\"b\":2}", Json.line(Map.of("b", 2, "a", 1)));
  }

  @Test
  void unknownKeyIsNamedWithThoseAllowed() {
    String message = failure("{\"depth\":1,\"flag\":true,\"dept\":2}", Inner.class);
    assertTrue(message.contains("'dept'") && message.contains("depth, flag"), message);
    String nested = failure(Json.line(VALUE).replace("\"flag\"", "\"falg\""), Settings.class);
    assertTrue(nested.contains("'inner.flag'") && nested.contains("unknown there: falg"), nested);
    String deep = failure(Json.line(VALUE).replace("\"steps\":1}", "\"stops\":1}"), Settings.class);
    assertTrue(deep.contains("'more[1].steps'") && deep.contains("unknown there: stops"), deep);
  }

  @Test
  void missingKeyIsNamed() {
    String message = failure("{\"flag\":true}", Inner.class);
    assertTrue(message.contains("missing key 'depth'"), message);
    assertTrue(message.contains("depth, flag"), message);
    assertTrue(failure("{\"rate\":1}", Rate.class).contains("type"));
  }

  @Test
  void refusedValuesCarryTheirReason() {
    String message =
        failure(Json.line(VALUE).replace("\"depth\":8", "\"depth\":0"), Settings.class);
    assertTrue(message.contains("'inner'") && message.contains("depth is 0"), message);
    assertTrue(failure("{\"depth\":1.5,\"flag\":true}", Inner.class).contains("'depth'"));
    assertTrue(failure("{\"depth\":\"1\",\"flag\":true}", Inner.class).contains("'depth'"));
    assertTrue(failure("{\"depth\":null,\"flag\":true}", Inner.class).contains("depth"));
    assertTrue(failure("{\"depth\":1,\"depth\":1,\"flag\":true}", Inner.class).contains("depth"));
    assertTrue(failure("{\"depth\":1,\"flag\":true} x", Inner.class).contains("line 1"));
    assertTrue(failure("{\"type\":\"java.lang.String\"}", Rate.class).contains("Constant"));
    assertTrue(failure("null", Inner.class).contains("null"));
    assertTrue(failure("\"NEVER\"", Order.class).contains("RANDOM"));
  }

  @Test
  void hashDependsOnKeysAndValuesOnly() {
    assertEquals(Json.hash(new Straight("x", "y")), Json.hash(new Swapped("y", "x")));
    assertNotEquals(Json.hash(new Straight("x", "y")), Json.hash(new Straight("y", "x")));
    assertNotEquals(Json.hash(new Constant(1)), Json.hash(new Cosine(1, 1)));
    // printf '{"a":1}' | sha256sum
    assertEquals("015abd7f5cc5", Json.hash(Map.of("a", 1)));
  }

  @Test
  void aComponentThatCameLaterMayBeMissingAndIsWrittenOnlyWhenItSaysSomething() {
    assertEquals(new Grown(3, 0), Json.read("{\"depth\":3}", Grown.class));
    assertEquals("{\"depth\":3}", Json.line(new Grown(3, 0)));
    assertEquals("{\"depth\":3,\"prior\":0.5}", Json.line(new Grown(3, 0.5)));
    assertEquals(new Grown(3, 0.5), Json.read("{\"depth\":3,\"prior\":0.5}", Grown.class));
    assertEquals("{\"depth\":3,\"prior\":0.0}", Json.wholeLine(new Grown(3, 0)));
    assertTrue(failure("{\"prior\":0.5}", Grown.class).contains("depth"));
    assertEquals(
        new Grown(3, 2), Overrides.apply(new Grown(3, 0), Grown.class, Map.of("prior", "2")));
  }

  @Variants({Square.class})
  interface Shape {}

  record Square(double side) implements Shape {}

  record Disc(double radius) implements Shape {}

  record Drawing(Shape shape, List<Shape> more) {}

  /** Of the same name as one that there is. */
  static final class Elsewhere {
    record Square(int a) implements Shape {}

    static final class Blob implements Shape {}

    private Elsewhere() {}
  }

  @Test
  void anOpenInterfaceReadsTheVariantsThatAreRegistered() {
    Drawing square = new Drawing(new Square(2), List.of());
    assertEquals("{\"shape\":{\"type\":\"Square\",\"side\":2.0},\"more\":[]}", Json.line(square));
    assertEquals(square, Json.read(Json.line(square), Drawing.class));
    String disc = "{\"shape\":{\"type\":\"Disc\",\"radius\":1.5},\"more\":[]}";
    String before = failure(disc, Drawing.class);
    assertTrue(before.contains("Disc") && before.contains("Square"), before);
    Json.register(Shape.class, Disc.class);
    Json.register(Shape.class, Disc.class); // again
    Drawing both = new Drawing(new Disc(1.5), List.of(new Square(1), new Disc(2)));
    assertEquals(new Drawing(new Disc(1.5), List.of()), Json.read(disc, Drawing.class));
    assertEquals(both, Json.read(Json.write(both), Drawing.class));
    assertEquals(both.shape(), Json.read(Json.line(both.shape()), Shape.class));
  }

  @Test
  void whatCannotBeAVariantIsNamed() {
    refused("Shape has a variant Square", Shape.class, Elsewhere.Square.class);
    refused("Blob must be a record", Shape.class, Elsewhere.Blob.class);
    refused("Rate open to variants", Rate.class, Constant.class);
  }

  private static <T> void refused(String named, Class<T> family, Class<? extends T> variant) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Json.register(family, variant));
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }

  @Test
  void filesNameThemselvesInErrors(@TempDir Path dir) {
    Path path = dir.resolve("settings.json");
    Json.write(path, VALUE);
    assertEquals(VALUE, Json.read(path, Settings.class));
    Json.write(path, new Constant(1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Json.read(path, Inner.class))
            .getMessage();
    assertTrue(message.contains("settings.json"), message);
  }

  @Test
  void aListThatCameLaterIsEmptyWhereItIsMissingAndNotWrittenWhileItIs() {
    Named old = Json.read("{\"depth\":3}", Named.class);
    assertEquals(new Named(3, List.of()), old);
    assertEquals("{\"depth\":3}", Json.line(old));
    Named named = new Named(3, List.of("a", "b"));
    assertEquals("{\"depth\":3,\"names\":[\"a\",\"b\"]}", Json.line(named));
    assertEquals(named, Json.read(Json.line(named), Named.class));
  }
}
