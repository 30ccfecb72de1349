package resgen.kernel.eval;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the notebook's own classes and the jars added while it runs. */
final class NotebookLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> declared = new ConcurrentHashMap<>();
  private final OverloadLinks overloads = new OverloadLinks();

  NotebookLoader(ClassLoader parent) {
    super("notebook", new URL[0], parent);
  }

  /** Calls among methods of one name. */
  OverloadLinks overloads() {
    return overloads;
  }

  /**
   * Makes a class known, which is defined when it is first asked for: JShell gives classes in any
   * order, a subclass before its parent too.
   */
  void declare(String name, byte[] bytes) {
    declared.put(name, bytes);
  }

  /** Takes back what was declared and never asked for. */
  void forget(String name) {
    declared.remove(name);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = declared.remove(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  void add(Path path) {
    try {
      addURL(path.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a class path entry: " + path, e);
    }
  }
}
