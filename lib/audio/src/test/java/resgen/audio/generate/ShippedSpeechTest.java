package resgen.audio.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.audio.Clip;
import resgen.audio.Utterance;
import resgen.audio.corpus.CommandGrammar;
import resgen.audio.measure.Jsgf;
import resgen.audio.measure.NeedsPocketSphinx;
import resgen.audio.measure.PocketSphinx;
import resgen.audio.measure.WordErrors;
import resgen.torch.Torch;

/** The shipped model that speaks. */
class ShippedSpeechTest {

  private static final String NAME = "commands-resgen";
  private static final List<String> TEXTS =
      List.of(
          "bring the green lamp near tango seven now",
          "carry the brown bottle over november seven quickly",
          "find the blue lamp behind echo three slowly");

  private static Tts tts;

  @BeforeAll
  static void load() {
    Torch.threads(1);
    tts = Tts.load(NAME);
  }

  @AfterAll
  static void close() {
    tts.close();
  }

  private static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (String speaker : List.of("slt-1.00-1.00", "awb-1.00-1.00", "rms-1.00", "kal16-1.00")) {
      TEXTS.forEach(text -> lines.add(Line.by(speaker, text)));
    }
    return lines;
  }

  @Test
  void itIsLoadedByNameWithItsCodecAndAligner() {
    assertEquals(24, tts.speakers().size());
    assertEquals(16, tts.codec().codebooks().depth());
    assertEquals(tts.speakers(), tts.aligner().speakers());
    assertEquals("resgen", tts.generator().spec().label());
  }

  /** Twelve sentences by four voices; with another's text hardly a word would be right. */
  @Test
  @NeedsPocketSphinx
  void whatItSaysIsUnderstood() {
    List<Line> lines = lines();
    List<Clip> clips =
        tts.say(lines, tts.usual().seed(1)).speech().utterances().stream()
            .map(Utterance::clip)
            .toList();
    List<String> heard =
        new PocketSphinx(new Jsgf(CommandGrammar.standard().slotsJsgf())).transcribe(clips);
    WordErrors all = WordErrors.none();
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(clips.get(i).level() > -40, "line " + i + " is silent");
      List<String> words = List.of(lines.get(i).text().split(" "));
      all = all.and(WordErrors.of(words, List.of(heard.get(i).split(" "))));
    }
    assertTrue(all.rate() <= 0.15, all + "");
  }
}
