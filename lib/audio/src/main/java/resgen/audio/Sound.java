package resgen.audio;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import resgen.settings.Hashes;

/** Where an utterance's samples come from: memory, a file, a synthesiser. */
public interface Sound {

  /** The samples, read or made when they are asked for. */
  Clip clip();

  /** A hash of the samples, in hex; those of a file are those of its bytes. */
  String fingerprint();

  /** Its log-mel spectrogram, if one with these settings is kept beside it. */
  default Optional<LogMel> mel(MelSettings settings) {
    return Optional.empty();
  }

  /** Samples in memory. */
  static Sound of(Clip clip) {
    return new Sound() {
      @Override
      public Clip clip() {
        return clip;
      }

      @Override
      public String fingerprint() {
        return hash(clip);
      }
    };
  }

  /** A WAV or FLAC file. */
  static Sound of(Path path) {
    return new Sound() {
      @Override
      public Clip clip() {
        return Clip.read(path);
      }

      @Override
      public String fingerprint() {
        return Hashes.ofFiles(path);
      }
    };
  }

  /** SHA-256, in hex, of a clip's rate and 16-bit samples. */
  static String hash(Clip clip) {
    MessageDigest digest = Hashes.digest();
    digest.update(Wav.pcm16(clip)); // the header holds the rate
    return HexFormat.of().formatHex(digest.digest());
  }
}
