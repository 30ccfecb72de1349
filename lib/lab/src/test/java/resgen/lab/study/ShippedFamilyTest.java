package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import resgen.Generator;
import resgen.ModelKind;
import resgen.sample.Sampling;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.token.Labels;
import resgen.torch.Torch;

/** The five small models that are shipped: those of the studies, and all of one size. */
class ShippedFamilyTest {

  private static final long MEGABYTE = 1_000_000;

  private static Experiment experiment(ModelKind kind) {
    return Study.load("table1").only(kind.label()).experiments().stream()
        .filter(experiment -> experiment.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void eachIsLoadedByNameAndIsTheStudies(ModelKind kind) {
    Torch.threads(1);
    Experiment experiment = experiment(kind);
    try (Generator model = Generator.load("family-" + kind.label())) {
      assertEquals(kind, model.kind());
      assertEquals("family-" + kind.label(), experiment.checkpoint().orElseThrow());
      assertEquals(Json.line(experiment.settings()), Json.line(model.settings()));
      assertEquals(Json.line(List.of(experiment.training())), Json.line(model.origin().stages()));
      assertEquals(2_570_000, model.parameterCount(), 0.05 * 2_570_000);
      Sampling sampling = experiment.samplings().get(0);
      assertEquals(10, model.sample(Labels.each(1), sampling).size());
    }
  }

  @Test
  void togetherWithTheTokenizerTheyAreSmall() throws Exception {
    long bytes = Files.size(DataHome.path("checkpoints", "fashion-rvq8.safetensors"));
    for (ModelKind kind : ModelKind.values()) {
      bytes += Files.size(DataHome.path("checkpoints", "family-" + kind.label() + ".safetensors"));
    }
    assertTrue(bytes <= 20 * MEGABYTE, bytes + " bytes");
  }

  @Test
  void theyWereAllTrainedAlikeButForTheLearningRate() {
    long alike =
        Arrays.stream(ModelKind.values())
            .map(kind -> experiment(kind).training().learningRate(1))
            .distinct()
            .count();
    assertEquals(1, alike);
  }
}
