package resgen.audio.measure;

import java.util.List;
import resgen.audio.Clip;

/** Speech to text. A user's own recogniser implements this, or is a command ({@link Program}). */
public interface SpeechRecognizer {

  /** What it is, for protocols: program, version, model or grammar. */
  String name();

  /**
   * What is said in each clip, in small letters without punctuation; empty where nothing is heard.
   *
   * @throws IllegalStateException if it fails, saying how
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; the interrupt
   *     stays set
   */
  List<String> transcribe(List<Clip> clips);

  /** What is said in a clip. */
  default String transcribe(Clip clip) {
    return transcribe(List.of(clip)).get(0);
  }

  /**
   * The recogniser that is there: {@link PocketSphinx}, else {@link Sphinx4} if its libraries are
   * on the class path.
   *
   * @throws IllegalStateException if neither is there, saying how they are installed
   */
  static SpeechRecognizer usual(Jsgf grammar) {
    if (PocketSphinx.installed()) {
      return new PocketSphinx(grammar);
    } else if (Sphinx4.present()) {
      return new Sphinx4(grammar);
    }
    throw new IllegalStateException(
        "no recogniser: `environment/setup --speech` installs pocketsphinx (Debian: apt-get install"
            + " pocketsphinx pocketsphinx-en-us); in Java alone, put de.sciss:sphinx4-core:1.0.0 and"
            + " de.sciss:sphinx4-data:1.0.0 on the class path");
  }
}
