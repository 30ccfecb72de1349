package resgen.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.HostTransferTest;
import resgen.ResGen;
import resgen.codec.Tokens;
import resgen.model.GeneratorTraining;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Codes;
import resgen.torch.Graphs;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;

/** Captured steps on a CUDA device: skipped where there is none. */
@Tag("gpu")
class GpuGraphsTest {

  @BeforeEach
  void aGpuIsThere() {
    assumeTrue(Torch.device().isGpu(), "no GPU is in use here");
  }

  private static <T> T withGraphs(String setting, Supplier<T> work) {
    System.setProperty(Graphs.PROPERTY, setting);
    try {
      return work.get();
    } finally {
      System.clearProperty(Graphs.PROPERTY);
    }
  }

  private static List<float[]> trained(String label, String setting) {
    return withGraphs(
        setting,
        () -> {
          List<float[]> weights = new ArrayList<>();
          try (NDManager manager = Torch.manager()) {
            Tokens tokens = HostTransferTest.tokens(manager);
            try (GeneratorTraining model =
                    new GeneratorTraining(
                        HostTransferTest.recipe(label, tokens), tokens, tokens, 1);
                Trainer trainer =
                    new Trainer(
                        model, ResGen.training(60).batch(8), Optional.empty(), Listener.none())) {
              for (int i = 0; i < 50; i++) {
                trainer.step();
              }
              model.parameters().list().forEach(array -> weights.add(array.toFloatArray()));
            }
          }
          return weights;
        });
  }

  @Test
  void libtorchHasWhatCapturingNeeds() {
    assertEquals("steps are captured", Graphs.describe());
  }

  /** AR-ResGen's tables get their gradients from atomic additions, in whatever order. */
  @ParameterizedTest
  @ValueSource(
      strings = {"resgen", "direct-tokens", "depthwise-maskgit", "rq-transformer", "ar-resgen"})
  void fiftyTrainingStepsAreThoseOfEagerRuns(String label) {
    List<float[]> eager = trained(label, "off");
    List<float[]> captured = trained(label, "auto");
    float tolerance = label.equals("ar-resgen") ? 1e-5f : 0;
    for (int i = 0; i < eager.size(); i++) {
      assertArrayEquals(eager.get(i), captured.get(i), tolerance);
    }
  }

  private static int[] sampled(String label, String setting) {
    return withGraphs(
        setting,
        () -> {
          try (NDManager manager = Torch.manager()) {
            Tokens tokens = HostTransferTest.tokens(manager);
            try (GeneratorTraining model =
                new GeneratorTraining(HostTransferTest.recipe(label, tokens), tokens, tokens, 1)) {
              model.parameters().freeze();
              Sampling way = Sampling.steps(3).guidance(0, 2).topP(0.9).batchSize(8);
              try (TokenSampler sampler = TokenSampler.of(model.model(), way, false)) {
                sampler.sample(tokens.condition().range(0, 16), 0);
                Codes codes = sampler.sample(tokens.condition().range(0, 30), 40).codes();
                return codes.rows(IntStream.range(0, codes.size()).toArray());
              }
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"resgen", "direct-tokens", "depthwise-maskgit", "rq-transformer", "ar-resgen"})
  void samplesAreThoseOfEagerRuns(String label) {
    assertArrayEquals(sampled(label, "off"), sampled(label, "auto"));
  }

  @Test
  void aStepThatCannotBeCapturedGoesOnEagerly() {
    try (NDManager manager = Torch.manager();
        Graphs graphs = Graphs.on(manager)) {
      NDArray x = manager.ones(new ai.djl.ndarray.types.Shape(1));
      for (int i = 0; i < 5; i++) {
        graphs.run(
            "reads",
            () -> {
              Torch.number(x); // waits for the device, which a capture does not allow
              Torch.copy(Torch.scale(x, 2), x);
            });
      }
      assertEquals(32, Torch.number(x));
      assertTrue(!graphs.captures());
      try (Graphs others = Graphs.on(manager)) { // and the next one captures
        for (int i = 0; i < 5; i++) {
          others.run("doubles", () -> Torch.copy(Torch.scale(x, 2), x));
        }
        assertEquals(1024, Torch.number(x));
        assertEquals(1, others.size());
      }
    }
  }
}
