package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.Generator;
import resgen.model.Family;
import resgen.sample.Sampling;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.token.Labels;
import resgen.torch.Torch;

/** The five small models that are shipped: those of the studies, and all of one size. */
class ShippedFamilyTest {

  private static final long MEGABYTE = 1_000_000;

  private static Experiment experiment(Family.Member member) {
    return Study.load("table1").only(member.label()).experiments().stream()
        .filter(experiment -> experiment.kind() == member)
        .findFirst()
        .orElseThrow();
  }

  /** Depthwise MaskGIT's weights are left out, for room; its numbers are in the results. */
  static List<String> labels() {
    return Family.members().stream()
        .map(Family.Member::label)
        .filter(label -> !label.equals("depthwise-maskgit"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("labels")
  void eachIsLoadedByNameAndIsTheStudies(String label) {
    Torch.threads(1);
    Experiment experiment = experiment(Family.of(label));
    try (Generator model = Generator.load("family-" + label)) {
      assertEquals(label, model.spec().label());
      assertEquals("family-" + label, experiment.checkpoint().orElseThrow());
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
    for (String label : labels()) {
      bytes += Files.size(DataHome.path("checkpoints", "family-" + label + ".safetensors"));
    }
    assertTrue(bytes <= 20 * MEGABYTE, bytes + " bytes");
  }

  @Test
  void theyWereAllTrainedAlikeButForTheLearningRate() {
    long alike =
        Family.members().stream()
            .map(member -> experiment(member).training().learningRate(1))
            .distinct()
            .count();
    assertEquals(1, alike);
  }
}
