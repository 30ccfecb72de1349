package resgen.audio.measure;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import resgen.settings.Hashes;

/**
 * A grammar of what may be said, in the JSpeech Grammar Format.
 *
 * @param text of the grammar
 */
public record Jsgf(String text) {

  public Jsgf {
    if (!text.startsWith("#JSGF")) {
      throw new IllegalArgumentException("a grammar in JSGF begins with #JSGF");
    }
  }

  /** 12 hexadecimal digits of its text, for protocols. */
  public String hash() {
    MessageDigest digest = Hashes.digest();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return Hashes.shortHex(digest);
  }
}
