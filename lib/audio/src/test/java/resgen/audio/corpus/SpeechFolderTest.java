package resgen.audio.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.Clip;
import resgen.audio.Phone;
import resgen.audio.Speech;
import resgen.audio.SpeechMedium;

class SpeechFolderTest {

  @TempDir Path dir;

  private void sound(String path, int seed) {
    float[] samples = new float[200];
    samples[seed] = 0.5f;
    Clip.of(samples, 16_000).write(dir.resolve(path));
  }

  private void text(String path, String text) {
    try {
      Files.createDirectories(dir.resolve(path).getParent());
      Files.writeString(dir.resolve(path), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTableNamesItsColumns() {
    sound("a.wav", 1);
    sound("sub/b.wav", 2);
    text(
        "metadata.csv",
        "speaker|file|text|phones\nann|a.wav|hello there|pau:0.1 h:0.2\n|sub/b.wav||\n");
    Speech speech = SpeechFolder.at(dir);
    assertEquals(2, speech.size());
    assertEquals(List.of("ann"), speech.speakers());
    assertEquals("hello there", speech.get(0).text());
    assertEquals(List.of(new Phone("pau", 0.1), new Phone("h", 0.2)), speech.get(0).phones());
    assertEquals(0.5f, speech.get(1).clip().get(2));
    assertEquals(1, speech.conditions().ids()[1]); // not known
  }

  @Test
  void whatIsWrongInATableIsNamedWithItsLine() {
    sound("a.wav", 1);
    text("metadata.csv", "file|text\na.wav|hello\nb.wav|there\n");
    assertFault("metadata.csv, line 3: there is no file");
    text("metadata.csv", "file|text\na.wav\n");
    assertFault("line 2: 1 cells, not 2");
    text("metadata.csv", "file|text\n../../etc/passwd|x\n");
    assertFault("line 2: ../../etc/passwd is not in the folder");
    text("metadata.csv", "file|words\na.wav|x\n");
    assertFault("its column 'words' is not one of");
    text("metadata.csv", "file|phones\na.wav|a:0.2 b:0.1\n");
    assertFault("line 2: phone 'b:0.1' ends before");
  }

  private void assertFault(String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> SpeechFolder.at(dir)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void ljSpeech() {
    sound("wavs/LJ001-0001.wav", 1);
    text("metadata.csv", "LJ001-0001|In 1456|In fourteen fifty-six\n");
    Speech speech = SpeechFolder.at(dir);
    assertEquals("In fourteen fifty-six", speech.get(0).text());
    assertEquals(List.of(), speech.speakers());
  }

  @Test
  void libriSpeechWithAndWithoutTranscripts() {
    sound("84/121123/84-121123-0000.wav", 1);
    sound("84/121123/84-121123-0001.wav", 2);
    text("84/121123/84-121123.trans.txt", "84-121123-0000 GO DO YOU HEAR\n");
    Speech speech = SpeechFolder.at(dir);
    assertEquals("GO DO YOU HEAR", speech.get(0).text());
    assertEquals("", speech.get(1).text());
    assertEquals(List.of("84"), speech.speakers());
  }

  @Test
  void libriTts() {
    sound("84/121123/84_121123_000007_000001.wav", 1);
    text("84/121123/84_121123_000007_000001.normalized.txt", "Maximilian.\n");
    assertEquals("Maximilian.", SpeechFolder.at(dir).get(0).text());
    assertEquals("84", SpeechFolder.at(dir).get(0).speaker());
  }

  @Test
  void vctk() {
    sound("wav48_silence_trimmed/p225/p225_001_mic1.wav", 1);
    sound("wav48_silence_trimmed/p225/p225_001_mic2.wav", 2);
    text("txt/p225/p225_001.txt", "Please call Stella.\n");
    text("txt/p225/p225_002.txt", "Not recorded.\n");
    Speech speech = SpeechFolder.at(dir);
    assertEquals(1, speech.size());
    assertEquals("Please call Stella.", speech.get(0).text());
    assertEquals(0.5f, speech.get(0).clip().get(1));
  }

  @Test
  void aFolderWithoutSpeechIsNone() {
    assertFault("holds no speech of a known layout");
    assertTrue(new SpeechMedium().dataSet(dir.toString()).isEmpty());
  }

  @Test
  void aTenthOfAFolderIsHeldOut() {
    for (int i = 0; i < 20; i++) {
      sound("7/8/7-8-00" + i + ".wav", i);
    }
    var data = new SpeechMedium().dataSet(dir.toString()).orElseThrow();
    assertEquals(18, data.train().size());
    assertEquals(2, data.test().size());
    assertTrue(
        data.train().utterances().stream().noneMatch(u -> u.id().equals(data.test().get(0).id())));
  }
}
