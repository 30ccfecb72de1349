package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.nn.Parameters;

class FamilySizesTest {

  private static final TokenShape FASHION = new TokenShape(4, 8, 256, 24, 10);

  @Test
  void thePaperPresetsOfTheAutoregressiveModelsHaveItsParameterCounts() {
    Parameters rq = RqTransformerSettings.paperRvq16().plan();
    Parameters ar = ArResGenSettings.paperRvq16().plan();
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
    double resgen = ResGenNetwork.plan(ResGenSettings.small(FASHION)).count();
    long rq = RqTransformerSettings.small(FASHION).plan().count();
    long ar = ArResGenSettings.small(FASHION).plan().count();
    assertEquals(resgen, rq, 0.05 * resgen);
    assertEquals(resgen, ar, 0.05 * resgen);
    assertEquals(resgen, DirectTokensSettings.small(FASHION).plan().count(), 0.05 * resgen);
    assertEquals(resgen, DepthwiseMaskGitSettings.small(FASHION).plan().count(), 0.05 * resgen);
  }

  @Test
  void thePaperPresetsOfTheMaskedModelsHaveItsParameterCounts() {
    assertEquals(576e6, DirectTokensSettings.paperRvq16().plan().count(), 0.02 * 576e6);
    assertEquals(580e6, DepthwiseMaskGitSettings.paperRvq16().plan().count(), 0.02 * 580e6);
  }
}
