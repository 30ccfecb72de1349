package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightFileTest {

  private static final WeightFile.Kind TOY = new WeightFile.Kind("toy", 2, "a toy");
  private static final Map<String, Shape> SHAPES =
      Map.of("matrix", new Shape(2, 3), "vector", new Shape(3));

  @TempDir Path folder;
  private final NDManager manager = Torch.manager();

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, NDArray> weights() {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    float[] matrix = {1, -2, 127, 0.1f, 0.2f, -0.3f};
    weights.put("matrix", manager.create(matrix, new Shape(2, 3)));
    weights.put("vector", manager.create(new float[] {0.1f, 1e-7f, 3}));
    return weights;
  }

  private Path written(WeightFormat format) {
    Path path = folder.resolve("toy.safetensors");
    WeightFile.of(TOY)
        .metadata("step", "7")
        .matrices("model.", weights(), format)
        .floats("books", new float[] {1, 2}, 1, 2)
        .write(path);
    return path;
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatIsReadByItsTensorsTypes(WeightFormat format) {
    float[] errors = {0, 0.04f, 0.5f};
    Path path = written(format);
    Map<String, NDArray> read =
        WeightFile.read(
            path,
            TOY,
            file -> {
              file.check("model.", SHAPES);
              assertEquals("7", file.metadata("step", text -> text));
              assertArrayEquals(new float[] {1, 2}, file.floats("books", 1, 2));
              return file.arrays(manager, "model.");
            });
    assertEquals(SHAPES.keySet(), read.keySet());
    Map<String, NDArray> exact = weights();
    assertArrayEquals(exact.get("vector").toFloatArray(), read.get("vector").toFloatArray());
    assertArrayEquals(
        exact.get("matrix").toFloatArray(),
        read.get("matrix").toFloatArray(),
        errors[format.ordinal()]);
    assertEquals(
        Map.of("model.matrix", 6L, "model.vector", 3L, "books", 2L), WeightFile.sizes(path));
  }

  @Test
  void halfFloatsAreRoundedAsAFileRoundsThem() {
    Path path = folder.resolve("half.safetensors");
    WeightFile.of(TOY).weights("", weights(), WeightFormat.HALF).write(path);
    Map<String, NDArray> read = WeightFile.read(path, TOY, file -> file.arrays(manager, ""));
    weights()
        .forEach(
            (name, array) ->
                assertArrayEquals(
                    WeightFormat.rounded(manager, array).toFloatArray(),
                    read.get(name).toFloatArray(),
                    name));
  }

  @Test
  void numbersThatAFormatDoesNotHoldAreNotWritten() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -70_000}) {
      Map<String, NDArray> weights =
          Map.of("w", manager.create(new float[] {1, value}, new Shape(1, 2)));
      for (WeightFormat format : WeightFormat.values()) {
        boolean holds = Float.isFinite(value) && format != WeightFormat.HALF;
        Executable add = () -> WeightFile.of(TOY).weights("model.", weights, format);
        if (holds) {
          assertEquals(value, roundTrip(weights, format), 1);
        } else {
          refused(add, "tensor model.w", Float.toString(value));
        }
      }
    }
  }

  private float roundTrip(Map<String, NDArray> weights, WeightFormat format) {
    Path path = folder.resolve("round.safetensors");
    WeightFile.of(TOY).weights("", weights, format).write(path);
    return WeightFile.read(path, TOY, file -> file.arrays(manager, "").get("w").getFloat(0, 1));
  }

  @Test
  void anotherKindOrVersionIsNamed() {
    Path path = written(WeightFormat.FP32);
    refused(
        () -> WeightFile.read(path, new WeightFile.Kind("model", 1, "a model"), f -> f),
        path.toString(),
        "is not a model",
        "resgen-toy-2");
    refused(
        () -> WeightFile.read(path, new WeightFile.Kind("toy", 1, "a toy"), f -> f),
        path.toString(),
        "resgen-toy-2",
        "this program reads resgen-toy-1");
  }

  @Test
  void whatDoesNotFitTheSettingsIsNamedWithItsFile() {
    Path path = written(WeightFormat.INT8);
    Shape vector = new Shape(3);
    checked(
        path, Map.of("matrix", new Shape(3, 2), "vector", vector), "parameter matrix", "(3, 2)");
    checked(path, Map.of("matrix", new Shape(2, 3)), "parameter vector is not part");
    Map<String, Shape> more = new LinkedHashMap<>(SHAPES);
    more.put("bias", vector);
    checked(path, more, "parameter bias is missing");
    refused(
        () -> WeightFile.read(path, TOY, file -> file.metadata("origin", text -> text)),
        path.toString(),
        "'origin'");
    refused(
        () -> WeightFile.read(path, TOY, file -> file.metadata("format", Long::parseLong)),
        path.toString(),
        "'format' is resgen-toy-2");
    refused(() -> WeightFile.read(path, TOY, file -> file.floats("books", 2)), "books", "[2]");
  }

  private static void checked(Path path, Map<String, Shape> shapes, String... named) {
    refused(
        () ->
            WeightFile.read(
                path,
                TOY,
                file -> {
                  file.check("model.", shapes);
                  return file;
                }),
        Stream.concat(Stream.of(path.toString()), Stream.of(named)).toArray(String[]::new));
  }

  @Test
  void aCopyIsWholeOrNotAtAll() {
    Path path = folder.resolve("state.safetensors");
    NDArray step = manager.create(new long[] {5});
    NDArray moment = manager.create(new float[] {1, 2});
    WeightFile.of(TOY).state("s.", Map.of("step", step, "moment", moment)).write(path);
    NDArray toStep = manager.create(new long[] {0});
    NDArray toMoment = manager.zeros(new Shape(2));
    NDArray longer = manager.zeros(new Shape(3));
    for (Map<String, NDArray> wrong :
        List.of(
            Map.of("step", toStep, "moment", longer),
            Map.of("step", toMoment, "moment", toMoment),
            Map.of("step", toStep),
            Map.of("step", toStep, "moment", toMoment, "other", longer))) {
      refused(() -> copied(path, wrong), "tensor s.");
      assertEquals(0, toStep.getLong());
      assertArrayEquals(new float[2], toMoment.toFloatArray());
    }
    copied(path, Map.of("step", toStep, "moment", toMoment));
    assertEquals(5, toStep.getLong());
    assertArrayEquals(new float[] {1, 2}, toMoment.toFloatArray());
  }

  private static WeightFile copied(Path path, Map<String, NDArray> arrays) {
    return WeightFile.read(
        path,
        TOY,
        file -> {
          file.copy("s.", arrays);
          return file;
        });
  }

  @Test
  void aNameIsAddedOnce() {
    WeightFile.Writer writer = WeightFile.of(TOY).weights("", weights(), WeightFormat.FP32);
    refused(() -> writer.weights("", weights(), WeightFormat.HALF), "tensor matrix", "twice");
    refused(() -> writer.floats("vector", new float[1], 1), "tensor vector", "twice");
    refused(() -> writer.state("", weights()), "tensor matrix", "twice");
    assertFalse(Files.exists(folder.resolve("toy.safetensors")));
  }

  private static void refused(Executable what, String... named) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    for (String word : named) {
      assertTrue(message.contains(word), message);
    }
  }
}
