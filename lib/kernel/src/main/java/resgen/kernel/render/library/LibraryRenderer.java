package resgen.kernel.render.library;

import org.dflib.jjava.jupyter.kernel.display.Renderer;

/**
 * The renderer of a library's types. Its class names the library's classes, so it is loaded only
 * once there is a value of such a type, by a loader that sees the library.
 */
public interface LibraryRenderer {
  /** Registers what it renders. */
  void register(Renderer renderer);
}
