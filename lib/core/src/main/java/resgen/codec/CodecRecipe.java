package resgen.codec;

import java.nio.file.Path;
import java.util.Optional;
import resgen.token.TokenSpec;
import resgen.train.Listener;
import resgen.train.Training;

/**
 * A codec that can be trained: its settings, and the way from media to a file. A {@link Medium}
 * brings them by name.
 *
 * @param <X> the media
 */
public interface CodecRecipe<X extends Media<X>> {

  /**
   * A codec that was trained.
   *
   * @param codec which the caller closes
   * @param steps of its training that were done; fewer than asked for after an interrupt
   */
  record Made<X extends Media<X>>(Codec<X> codec, long steps) {}

  /** The settings, a record that {@link resgen.settings.Json} writes. */
  Object settings();

  /** The shape of the tokens; nothing is trained. */
  TokenSpec spec();

  /** The usual training of so many steps. */
  Training usual(long steps);

  /**
   * Trains the codec.
   *
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   */
  Made<X> train(X media, Training training, Optional<Path> folder, Listener listener);

  /** Writes a codec that this recipe made into one file, which {@link Medium#codec} reads. */
  void save(Codec<X> codec, Path file);
}
