package resgen.audio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import resgen.torch.Kernel;

/** The TorchScript of this module, in its resources under {@code kernels/}. */
final class SoundKernel {

  private SoundKernel() {}

  /** The kernel {@code name}.py of this module, compiled once a process. */
  static Kernel of(String name) {
    try (InputStream in = SoundKernel.class.getResourceAsStream("kernels/" + name + ".py")) {
      if (in == null) {
        throw new IllegalArgumentException("no kernel named '" + name + "' in " + "resgen.audio");
      }
      return Kernel.of("audio/" + name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
