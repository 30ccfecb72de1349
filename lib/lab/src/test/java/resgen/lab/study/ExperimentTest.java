package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.head.HeadSpec;
import resgen.mask.MaskLaw;
import resgen.model.Family;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Recipe;

class ExperimentTest {

  @TempDir private Path folder;

  @BeforeEach
  void base() {
    Toy.write(folder, "base", Toy.BASE);
  }

  private Experiment experiment(String name, String json) {
    return experiments(name, json).get(0);
  }

  private List<Experiment> experiments(String name, String json) {
    Toy.write(folder, name, json);
    return Experiment.read(folder, name, (choice, data) -> choice.shape(() -> Toy.CLASSES));
  }

  @Test
  void aFileSaysOnlyWhatDiffersFromItsBase() {
    Toy.write(
        folder,
        "models/wide",
        "{\"base\": \"base\", \"settings\": {\"backbone.width\": 48, \"masking\": \"cosine\"}}");
    Experiment changed =
        experiment(
            "s/row",
            "{\"base\": \"models/wide\", \"settings\": {\"masking\": \"exp\"},"
                + " \"sampling\": {\"draw.topP\": 0.9}, \"seeds\": [7]}");

    Recipe settings = changed.settings();
    assertEquals(48, settings.model().backbone().width());
    assertEquals("exp", settings.objective().masking().text());
    assertEquals(0.9, changed.samplings().get(0).draw().topP());
    assertEquals(1.5, changed.samplings().get(0).guidance().end());
    assertEquals(0.002, changed.training().optimizer().learningRate());
    assertEquals(List.of(7L), changed.seeds());
    assertEquals(12, changed.samples());
    assertEquals(
        4, settings.model().tokens().depth(), "the tiny tokenizer's, which nobody has trained");
    assertEquals("row", changed.title());
  }

  @Test
  void aSweepTriesAllCombinationsWithAllSeeds() {
    Experiment swept =
        experiment(
            "s/row",
            "{\"base\": \"base\", \"sweep\": {\"pace.steps\": [2, 3],"
                + " \"guidance\": [{\"start\": 0, \"end\": 0}, {\"start\": 1, \"end\": 2}]}}");

    assertEquals(
        "2/0.0, 2/2.0, 3/0.0, 3/2.0",
        swept.samplings().stream()
            .map(s -> s.pace().steps() + "/" + s.guidance().end())
            .collect(Collectors.joining(", ")));
    List<Cell> cells = swept.cells();
    assertEquals(8, cells.size());
    assertEquals(8, cells.stream().map(Cell::id).distinct().count());
    assertEquals(
        List.of(0L, 1L), cells.subList(0, 2).stream().map(c -> c.sampling().seed()).toList());
  }

  private static List<String> names(List<Experiment> experiments) {
    return experiments.stream().map(Experiment::name).toList();
  }

  @Test
  void aSweepOfWhatChangesTheModelMakesAnExperimentOfEachValue() {
    List<Experiment> rates =
        experiments(
            "s/row",
            "{\"base\": \"base\", \"sweep\": {\"pace.steps\": [2, 3],"
                + " \"training.optimizer.learningRate\": [0.00075, 3e-3],"
                + " \"settings.masking\": [\"exp\", \"circle\"]}}");
    assertEquals(
        List.of(
            "s/row-0.00075-exp", "s/row-0.00075-circle", "s/row-0.003-exp", "s/row-0.003-circle"),
        names(rates));
    assertEquals(7.5e-4, rates.get(0).training().optimizer().learningRate());
    assertEquals(2, rates.get(0).samplings().size());
    assertEquals(
        experiment(
                "s/other",
                "{\"base\": \"base\", \"training\": {\"optimizer.learningRate\": 0.00075},"
                    + " \"settings\": {\"masking\": \"exp\"}}")
            .modelId(),
        rates.get(0).modelId(),
        "an id does not depend on how a file says it");

    List<Experiment> depths =
        experiments(
            "s/rvq",
            "{\"base\": \"base\", \"sweep\": {\"tokenizer.settings.quantizer.depth\": {\"two\": 2,"
                + " \"four\": 4}}}");
    assertEquals(List.of("s/rvq-two", "s/rvq-four"), names(depths));
    assertEquals(2, depths.get(0).settings().model().tokens().depth());
    assertEquals(
        depths.get(1).modelId(),
        experiment("s/same", "{\"base\": \"base\"}").modelId(),
        "depth 4 is the preset's");
  }

  @Test
  void variantsAreExperimentsByTheirTitles() {
    List<Experiment> variants =
        experiments(
            "s/file",
            "{\"base\": \"base\", \"samples\": 20, \"variants\": {\"plain\": {},"
                + " \"long\": {\"about\": \"longer\", \"training\": {\"steps\": 9}, \"samples\": 30}}}");
    assertEquals(List.of("s/plain", "s/long"), names(variants));
    assertEquals(List.of(20, 30), variants.stream().map(Experiment::samples).toList());
    assertEquals("longer", variants.get(1).about());
    assertEquals(9, variants.get(1).training().steps());
    assertEquals(0.002, variants.get(1).training().optimizer().learningRate());

    Toy.write(folder, "models/direct", "{\"base\": \"base\", \"model\": \"direct-tokens\"}");
    List<Experiment> based =
        experiments(
            "s/bases",
            "{\"sweep\": {\"training.seed\": [1, 2]}, \"variants\": {\"a\": {\"base\": \"base\"},"
                + " \"b\": {\"base\": \"models/direct\"}}}");
    assertEquals(List.of("s/a-1", "s/a-2", "s/b-1", "s/b-2"), names(based));
    assertEquals(Family.of("direct-tokens"), based.get(3).kind());
    assertEquals(2, based.get(3).training().seed());
  }

  @Test
  void whatTheWeightsDoNotDependOnSharesTheModel() {
    Experiment plain = experiment("s/a", "{\"base\": \"base\"}");
    Experiment sampled =
        experiment(
            "s/b", "{\"base\": \"base\", \"sampling\": {\"pace.steps\": 9}, \"samples\": 99}");
    Experiment trained =
        experiment("s/c", "{\"base\": \"base\", \"training\": {\"emaDecay\": 0.9}}");
    Experiment tokens =
        experiment("s/d", "{\"base\": \"base\", \"tokenizer\": {\"preset\": \"tiny\"}}");

    assertEquals(plain.modelId(), sampled.modelId());
    assertNotEquals(plain.modelId(), trained.modelId());
    assertNotEquals(plain.modelId(), tokens.modelId());
    assertNotEquals(plain.cells().get(0).id(), sampled.cells().get(0).id());
  }

  @Test
  void everyModelCanBeNamed() {
    Experiment direct = experiment("s/a", "{\"base\": \"base\", \"model\": \"direct-tokens\"}");

    assertEquals(Family.of("direct-tokens"), direct.kind());
    ModelSpec model = direct.settings().model();
    assertEquals(MaskLaw.prefix(), ((Order.Masked) model.order()).masks());
    assertTrue(model.head() instanceof HeadSpec.Categorical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"base\": \"base\", \"sampels\": 3} | unknown key 'sampels'; allowed keys: base",
        "{\"base\": \"nowhere\"} | no experiment 'nowhere'",
        "{\"base\": \"s/wrong\"} | in a circle",
        "{\"base\": \"base\", \"settings\": {\"masks.x\": 1}} | no setting 'masks.x'",
        "{\"base\": \"base\", \"training\": {\"stepps\": 1}} | no setting 'stepps'",
        "{\"base\": \"base\", \"training\": {\"steps\": 1.5}} | 1.5 is not a whole number",
        "{\"base\": \"base\", \"sweep\": {\"pace.steps\": 3}} | is not a list",
        "{\"base\": \"base\", \"data\": \"nowhere\"} | data set or folder 'nowhere'",
        "{\"base\": \"base\", \"metrics\": [\"fid\"]} | no metric 'fid'; there are distance",
        "{\"base\": \"base\", \"sweep\": {\"training.stepps\": [3]}} | no setting 'stepps'",
        "{\"base\": \"base\", \"sweep\": {\"training.steps\": [3, 3]}} | a value is twice",
        "{\"base\": \"base\", \"sweep\": {\"settings.masking\": [\"a b\"]}} | part of a name",
        "{\"base\": \"base\", \"sweep\": {\"tokenizer\": [{}]}} | has no word",
        "{\"base\": \"base\", \"variants\": {\"a\": {\"base\": \"base\"}}} | beside the file's",
        "{\"base\": \"base\", \"variants\": {\"a\": {\"sampels\": 3}}} | unknown key 'sampels'",
        "{\"base\": \"base\", \"sweep\": {\"pace.stepps\": [3]}} | no setting 'pace.stepps'",
        "{\"base\": \"base\", \"samples\": 1} | samples 1 must be",
        "{\"base\": \"base\", \"seeds\": []} | one or more",
        "{\"base\": \"base\", \"seeds\": [1, 1]} | all different",
        "{\"base\": \"base\", \"tokenizer\": {\"size\": 1}} | unknown in tokenizer: [size]",
        "{\"base\": \"base\", \"model\": \"gpt\"} | no model 'gpt'; there are resgen",
        "{\"base\": \"base\", \"preset\": \"huge\"} | no preset 'huge' of resgen; there are tiny",
      })
  void whatIsWrongIsNamed(String json, String said) {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> experiment("s/wrong", json));
    assertTrue(wrong.getMessage().contains(said.strip()), wrong.getMessage());
  }

  @Test
  void aStudyThatIsNotThereIsToldFromThoseThatAre() {
    Toy.study(folder);
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> Toy.load(folder, "toyy"));
    assertTrue(wrong.getMessage().contains("'toyy'; there are toy"), wrong.getMessage());
  }

  @Test
  void theProjectsOwnExperimentsAreSound() {
    List<String> names = Study.names();
    assertTrue(names.contains("table1"), names.toString());
    for (String name : names) {
      Study study = Study.load(name);
      assertTrue(
          study.experiments().stream().anyMatch(e -> e.samples() == 0) || !study.cells().isEmpty(),
          name);
    }
  }
}
