package resgen.audio.measure;

import edu.cmu.sphinx.api.Configuration;
import edu.cmu.sphinx.api.SpeechResult;
import edu.cmu.sphinx.api.StreamSpeechRecognizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import resgen.audio.Clip;

/**
 * CMU Sphinx-4 with its US English model and a grammar, in Java alone; slower than {@link
 * PocketSphinx}. Its libraries are optional: {@code de.sciss:sphinx4-core} and {@code
 * de.sciss:sphinx4-data}, 1.0.0, with {@code org.apache.commons:commons-math3}.
 */
public final class Sphinx4 implements SpeechRecognizer {

  private static final String MODEL = "resource:/edu/cmu/sphinx/models/en-us/";
  private static final int RATE = 16_000;

  private final Jsgf grammar;

  /** A recogniser of what a grammar allows. */
  public Sphinx4(Jsgf grammar) {
    this.grammar = grammar;
  }

  /** Whether its libraries are on the class path. */
  public static boolean present() {
    ClassLoader loader = Sphinx4.class.getClassLoader();
    return loader.getResource("edu/cmu/sphinx/api/Configuration.class") != null
        && loader.getResource("edu/cmu/sphinx/models/en-us/cmudict-en-us.dict") != null;
  }

  @Override
  public String name() {
    return "sphinx4 1.0.0 en-us, JSGF " + grammar.hash();
  }

  @Override
  public List<String> transcribe(List<Clip> clips) {
    Logger.getLogger("edu.cmu.sphinx").setLevel(Level.SEVERE);
    Path folder = null;
    try {
      folder = Files.createTempDirectory("resgen-sphinx4");
      Files.writeString(folder.resolve("words.gram"), grammar.text());
      Configuration settings = new Configuration();
      settings.setAcousticModelPath(MODEL + "en-us");
      settings.setDictionaryPath(MODEL + "cmudict-en-us.dict");
      settings.setGrammarPath(folder.toUri().toString());
      settings.setGrammarName("words");
      settings.setUseGrammar(true);
      StreamSpeechRecognizer recognizer = new StreamSpeechRecognizer(settings);
      List<String> texts = new ArrayList<>();
      for (Clip clip : clips) {
        texts.add(hear(recognizer, clip.resample(RATE).limited()));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException("sphinx4: " + e.getMessage(), e);
    } finally {
      if (folder != null) {
        Processes.remove(folder);
      }
    }
  }

  private static String hear(StreamSpeechRecognizer recognizer, Clip clip) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * clip.length()).order(ByteOrder.LITTLE_ENDIAN);
    for (short x : clip.pcm16()) {
      bytes.putShort(x);
    }
    recognizer.startRecognition(new ByteArrayInputStream(bytes.array()));
    try {
      List<String> parts = new ArrayList<>();
      for (SpeechResult result = recognizer.getResult();
          result != null;
          result = recognizer.getResult()) {
        parts.add(result.getHypothesis().replace("<unk>", "").strip());
      }
      return String.join(" ", parts).strip();
    } finally {
      recognizer.stopRecognition();
    }
  }
}
