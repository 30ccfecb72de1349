package resgen.audio.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import resgen.audio.codec.WaveVaeSettings;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.token.TokenSpec;

class SpeechModelsTest {

  private static double count(String preset, TokenSpec tokens) {
    return SpeechModels.presets(Family.of("resgen"))
        .get(preset)
        .of(tokens, SpeechModels.PAPER_TEXTS)
        .model()
        .plan()
        .count();
  }

  /** 457 M and 625 M parameters (the paper, section 5.1). */
  @Test
  void thePaperPresetsHaveItsParameterCounts() {
    assertEquals(457e6, count("paper-mel", SpeechModels.PAPER_MEL), 0.01 * 457e6);
    assertEquals(625e6, count("paper-rvq", SpeechModels.PAPER_RVQ), 0.01 * 625e6);
  }

  /** The tokens of the paper's model are those of the paper's codec. */
  @Test
  void thePaperTokensAreThoseOfItsCodec() {
    WaveVaeSettings codec = WaveVaeSettings.paper();
    assertEquals(SpeechModels.PAPER_RVQ.depth(), codec.quantizer().depth());
    assertEquals(SpeechModels.PAPER_RVQ.codes(), codec.quantizer().codes());
    assertEquals(SpeechModels.PAPER_RVQ.dimension(), codec.quantizer().dimension());
    assertEquals(SpeechModels.PAPER_RVQ.positions(), codec.positions());
  }

  @Test
  void otherModelsAndConditionsAreRefused() {
    assertEquals(2, SpeechModels.presets(Family.of("direct-tokens")).size());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    SpeechModels.presets(Family.of("resgen"))
                        .get("paper-mel")
                        .of(SpeechModels.PAPER_MEL, new ConditionSpec.None()))
            .getMessage();
    assertTrue(message.contains("timed texts"), message);
  }
}
