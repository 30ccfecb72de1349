package resgen.audio.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.corpus.CommandGrammar;
import resgen.audio.corpus.SpeechFolder;
import resgen.settings.DataHome;
import resgen.torch.Torch;

/** Recognisers on the utterances that the project ships. */
class RecognizerTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static Jsgf slots() {
    return new Jsgf(CommandGrammar.standard().slotsJsgf());
  }

  private static WordErrors errors(SpeechRecognizer recognizer, Speech said, List<Clip> sounds) {
    List<String> heard = recognizer.transcribe(sounds);
    WordErrors all = WordErrors.none();
    for (int i = 0; i < said.size(); i++) {
      all = all.and(WordErrors.of(said.get(i).words(), List.of(heard.get(i).split(" "))));
    }
    return all;
  }

  @Test
  @NeedsPocketSphinx
  void whatWasSaidIsHeard() {
    List<Clip> clips = SHIPPED.utterances().stream().map(Utterance::clip).toList();
    SpeechRecognizer recognizer = new PocketSphinx(slots());
    assertTrue(recognizer.name().contains(slots().hash()), recognizer.name());
    assertTrue(errors(recognizer, SHIPPED, clips).rate() <= 0.03);
    WordErrors loop =
        errors(new PocketSphinx(new Jsgf(CommandGrammar.standard().loopJsgf())), SHIPPED, clips);
    assertTrue(loop.rate() < 0.25, loop + "");
  }

  /** Griffin-Lim keeps speech intelligible; a sound of no words is not made into them. */
  @Test
  @NeedsPocketSphinx
  void griffinLimIsUnderstood() {
    Speech four = SHIPPED.range(0, 4);
    try (MelTransform transform = new MelTransform(MelSettings.small());
        GriffinLim vocoder = new GriffinLim(MelSettings.small())) {
      List<Clip> sounds =
          four.utterances().stream().map(u -> vocoder.clip(transform.of(u.clip()), 0, 0)).toList();
      assertTrue(errors(new PocketSphinx(slots()), four, sounds).rate() <= 0.07);
      List<Clip> others = List.of(sounds.get(1), sounds.get(2), sounds.get(3), sounds.get(0));
      assertTrue(errors(new PocketSphinx(slots()), four, others).rate() > 0.5);
    }
  }

  @Test
  @Tag("slow")
  void sphinx4HearsItToo() {
    Speech two = SHIPPED.range(0, 2);
    assertTrue(Sphinx4.present());
    List<Clip> clips = two.utterances().stream().map(Utterance::clip).toList();
    assertTrue(errors(new Sphinx4(slots()), two, clips).rate() <= 0.2);
  }

  @Test
  void anyCommandIsARecogniser() {
    Clip clip = SHIPPED.get(0).clip();
    assertEquals(
        "it's riff x-ray", Program.of("printf It's,RIFF;x-ray!%.0s {wav}").transcribe(clip));
    assertThrows(IllegalArgumentException.class, () -> Program.of("whisper file.wav"));
    IllegalStateException failed =
        assertThrows(IllegalStateException.class, () -> Program.of("false {wav}").transcribe(clip));
    assertTrue(failed.getMessage().contains("code 1"), failed.getMessage());
    assertThrows(
        IllegalStateException.class, () -> Program.of("no-such-program {wav}").transcribe(clip));
  }

  @Test
  void aGrammarHasAHash() {
    assertEquals(slots().hash(), slots().hash());
    assertThrows(IllegalArgumentException.class, () -> new Jsgf("hello"));
  }
}
