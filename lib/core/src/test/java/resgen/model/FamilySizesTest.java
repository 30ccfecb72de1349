package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.nn.Parameters;
import resgen.token.Layout;
import resgen.token.TokenSpec;

class FamilySizesTest {

  private static final TokenSpec FASHION = new TokenSpec(new Layout.Grid(4, 4), 8, 256, 24);
  private static final ConditionSpec TEN = new ConditionSpec.Classes(10);

  private static Parameters plan(String label, String preset) {
    return Family.of(label).preset(preset).of(FASHION, TEN).model().plan();
  }

  @Test
  void thePaperPresetsOfTheAutoregressiveModelsHaveItsParameterCounts() {
    Parameters rq = plan("rq-transformer", "paper-rvq16");
    Parameters ar = plan("ar-resgen", "paper-rvq16");
    assertEquals(626e6, rq.count(), 0.02 * 626e6);
    assertEquals(625e6, ar.count(), 0.02 * 625e6);
    Map<String, Long> rqParts = rq.countByPart();
    Map<String, Long> arParts = ar.countByPart();
    assertEquals(rqParts.get("backbone"), arParts.get("backbone"));
    double depth = rqParts.get("depth") + rqParts.get("head");
    assertEquals(depth, arParts.get("mlp") + arParts.get("head"), 0.05 * depth);
  }

  @Test
  void theSmallPresetsAreAsLargeAsResGens() {
    double resgen = plan("resgen", "small").count();
    for (Family.Member member : Family.members()) {
      long count = plan(member.label(), "small").count();
      assertEquals(resgen, count, 0.05 * resgen, member.label());
    }
  }

  @Test
  void thePaperPresetsOfTheMaskedModelsHaveItsParameterCounts() {
    assertEquals(576e6, plan("direct-tokens", "paper-rvq16").count(), 0.02 * 576e6);
    assertEquals(580e6, plan("depthwise-maskgit", "paper-rvq16").count(), 0.02 * 580e6);
    assertEquals(576e6, plan("resgen", "paper-rvq16").count(), 0.01 * 576e6);
  }

  /** A word, a title and presets of every model; each preset is of that model. */
  @Test
  void presetsAreTheModelsThatTheirWordsSay() {
    for (Family.Member member : Family.members()) {
      member
          .presets()
          .forEach(
              (name, preset) -> {
                Recipe recipe = preset.of(FASHION, TEN);
                assertEquals(member.label(), recipe.model().label(), name);
                assertEquals(member.title(), recipe.model().title(), name);
                assertEquals(preset, member.preset(member.label() + "/" + name));
              });
    }
  }

  @Test
  void wordsThatThereAreNotAreNamedWithThoseThereAre() {
    refused("no model 'resgan'; there are resgen, direct-tokens", () -> Family.of("resgan"));
    refused("no preset 'huge' of ar-resgen; there are tiny", () -> plan("ar-resgen", "huge"));
    refused("'resgen/tiny' of ar-resgen", () -> plan("ar-resgen", "resgen/tiny"));
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
