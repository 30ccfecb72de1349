package resgen.kernel.eval;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Holds the notebook's own classes and the jars added while it runs. */
final class NotebookLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  NotebookLoader(ClassLoader parent) {
    super("notebook", new URL[0], parent);
  }

  Class<?> define(String name, byte[] bytes) {
    return defineClass(name, bytes, 0, bytes.length);
  }

  void add(Path path) {
    try {
      addURL(path.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a class path entry: " + path, e);
    }
  }
}
