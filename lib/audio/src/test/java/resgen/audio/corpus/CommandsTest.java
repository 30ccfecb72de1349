package resgen.audio.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Phone;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.torch.Torch;

class CommandsTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @TempDir Path dir;

  @Test
  void theGrammarHasFourMillionSentences() {
    CommandGrammar grammar = CommandGrammar.standard();
    assertEquals(3_993_600, grammar.size());
    assertEquals(72, grammar.words().size());
    assertEquals("bring the green lamp near alpha zero now", grammar.sentence(0));
    assertEquals(
        "leave the purple pencil against zulu nine quickly", grammar.sentence(grammar.size() - 1));
    assertThrows(IndexOutOfBoundsException.class, () -> grammar.sentence(grammar.size()));
  }

  @Test
  void fortySpeakersOfWhich24AreSeen() {
    Set<String> names = new HashSet<>(Speaker.all().stream().map(Speaker::name).toList());
    assertEquals(40, names.size());
    assertEquals(24, Speaker.seen().size());
    assertEquals(16, Speaker.unseen().size());
    assertTrue(names.contains("slt-0.88-1.18") && names.contains("kal16-1.06"), names + "");
  }

  /** Sentences that are held out are none of those learned from, and speakers are by turns. */
  @Test
  void partsHaveSentencesOfTheirOwn() {
    Commands corpus = Commands.at(dir, Commands.Size.SMALL);
    Set<String> train = new HashSet<>();
    int[] counts = new int[24];
    for (int i = 0; i < 7700; i++) {
      Commands.Plan plan = corpus.plan(Commands.Part.TRAIN, i);
      train.add(plan.text());
      counts[Speaker.seen().indexOf(plan.speaker())]++;
    }
    assertTrue(train.size() > 7650, train.size() + " different sentences");
    for (int count : counts) {
      assertTrue(count == 320 || count == 321, "" + count);
    }
    for (int i = 0; i < 400; i++) {
      assertFalse(train.contains(corpus.plan(Commands.Part.TEST, i).text()));
      assertFalse(train.contains(corpus.plan(Commands.Part.UNSEEN, i).text()));
    }
  }

  @Test
  void aSmallerCorpusIsTheBeginningOfALargerOne() {
    Commands tiny = Commands.at(dir, Commands.Size.TINY);
    Commands medium = Commands.at(dir, Commands.Size.MEDIUM);
    assertEquals(tiny.plan(Commands.Part.TRAIN, 7), medium.plan(Commands.Part.TRAIN, 7));
  }

  @Test
  void whatHasNotBeenMadeSaysHowItIs() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Commands.at(dir.resolve("none"), Commands.Size.SMALL).train());
    assertTrue(e.getMessage().contains("resgen speech make small"), e.getMessage());
  }

  @Test
  @NeedsFlite
  void theSameTextAndSpeakerGiveTheSameSamples() {
    Commands corpus = Commands.at(dir, Commands.Size.TINY);
    for (int i = 0; i < 2; i++) {
      Commands.Plan plan = corpus.plan(Commands.Part.UNSEEN, i);
      Flite.Said once = Flite.say(plan.text(), plan.speaker());
      Flite.Said again = Flite.say(plan.text(), plan.speaker());
      assertEquals(Sound.hash(once.clip()), Sound.hash(again.clip()));
      assertEquals(once.phones(), again.phones());
      List<Phone> phones = once.phones();
      assertEquals(once.clip().seconds(), phones.get(phones.size() - 1).end(), 0.02);
    }
  }

  /** The scale of the tract leaves the length of speech as it is. */
  @Test
  @NeedsFlite
  void aScaledTractKeepsTheLength() {
    String text = "bring the green lamp";
    double plain = Flite.say(text, named("slt-1.00-1.00")).clip().seconds();
    assertEquals(plain, Flite.say(text, named("slt-0.88-1.00")).clip().seconds(), 0.03 * plain);
    assertEquals(plain, Flite.say(text, named("slt-1.13-1.00")).clip().seconds(), 0.03 * plain);
  }

  private static Speaker named(String name) {
    return Speaker.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  @NeedsFlite
  void aCorpusIsMadeStoppedGoneOnWithAndRead() throws Exception {
    Commands corpus = Commands.at(dir.resolve("tiny"), Commands.Size.TINY);
    assertThrows(
        CancellationException.class,
        () ->
            corpus.make(
                1,
                true,
                (done, total) -> {
                  if (done > 0) {
                    Thread.currentThread().interrupt();
                  }
                }));
    assertTrue(Thread.interrupted());
    assertFalse(corpus.isMade());
    Path first = corpus.folder().resolve("shards/train-0000.safetensors");
    var made = Files.getLastModifiedTime(first);
    Commands.Summary summary = corpus.make(2, true, (done, total) -> assertEquals(60, total));
    assertEquals(made, Files.getLastModifiedTime(first));
    assertEquals(60, summary.utterances());
    assertEquals(summary, corpus.summary());
    Commands other = Commands.at(dir.resolve("again"), Commands.Size.TINY);
    assertEquals(summary, other.make(2, false, (done, total) -> {}));

    Speech train = corpus.train();
    assertEquals(40, train.size());
    assertEquals(24, train.speakers().size());
    assertEquals(train.fingerprint(), other.train().fingerprint());
    Utterance last = train.get(39);
    assertEquals(last.clip(), other.train().get(39).clip()); // one is read, the other made again
    try (MelTransform transform = new MelTransform(MelSettings.small())) {
      LogMel kept = last.sound().mel(MelSettings.small()).orElseThrow();
      assertEquals(kept.frames(), transform.of(last.clip()).frames());
      assertEquals(0, kept.l1(transform.of(last.clip())), 2e-3); // half floats
    }
    assertTrue(last.sound().mel(MelSettings.paper()).isEmpty());
    assertEquals(16, corpus.unseen().speakers().size());

    Files.delete(dir.resolve("tiny/sound/train-00039.wav"));
    Files.copy(
        dir.resolve("tiny/sound/train-00038.wav"), dir.resolve("tiny/sound/train-00039.wav"));
    assertThrows(IllegalStateException.class, last::clip);
  }
}
