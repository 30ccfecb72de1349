package resgen.kernel.render;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.slf4j.LoggerFactory;
import resgen.kernel.render.library.LibraryRenderer;

/**
 * Renderers of libraries that a notebook may have: on the kernel's own class path, or added by
 * {@code %maven} or {@code %jars} while it runs.
 *
 * <p>A library's renderer is a class of its own, loaded when the first value of one of the
 * library's types is shown, by a loader that sees that very library. So a kernel without these
 * libraries starts as well, and starts no slower with them.
 */
public final class LibraryRenderers implements Extension {
  private static final String PACKAGE = LibraryRenderer.class.getPackageName() + ".";
  private static final Map<String, String> RENDERERS =
      Map.of(
          "tech.tablesaw.api.Table", "TablesawRenderer",
          "tech.tablesaw.columns.Column", "TablesawRenderer",
          "org.knowm.xchart.internal.chartpart.Chart", "ChartRenderer",
          "ai.djl.ndarray.NDArray", "TensorRenderer",
          "ai.djl.ndarray.NDList", "TensorRenderer",
          "ai.djl.modality.cv.Image", "ImageRenderer",
          "ai.djl.nn.Block", "BlockRenderer",
          "ai.djl.Model", "BlockRenderer");

  private final Set<Class<?>> known = Collections.newSetFromMap(new WeakHashMap<>());
  private final Set<Class<?>> done = Collections.newSetFromMap(new WeakHashMap<>());
  private final Map<ClassLoader, ClassLoader> loaders = new WeakHashMap<>();
  private final Set<String> loaded = new HashSet<>();

  @Override
  public void install(BaseKernel kernel) {
    if (kernel.getRenderer() instanceof NotebookRenderer renderer) {
      renderer.libraries(this);
    }
  }

  /** Registers the renderers that a value of this type needs. */
  synchronized void prepare(Class<?> type, Renderer renderer) {
    if (!known.add(type)) {
      return;
    }
    for (Class<?> t : supertypes(type, new LinkedHashSet<>())) {
      String name = RENDERERS.get(t.getName());
      if (name != null && done.add(t)) {
        register(t, PACKAGE + name, renderer);
      }
    }
  }

  private void register(Class<?> type, String name, Renderer renderer) {
    try {
      ClassLoader loader = loaderFor(type);
      if (loaded.add(name + "@" + System.identityHashCode(loader))) {
        Class<?> found = Class.forName(name, true, loader);
        ((LibraryRenderer) found.getDeclaredConstructor().newInstance()).register(renderer);
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      // Another version of the library: its values have their text all the same.
      LoggerFactory.getLogger(LibraryRenderers.class).debug("no renderer for {}", type, e);
    }
  }

  private ClassLoader loaderFor(Class<?> type) {
    ClassLoader own = LibraryRenderers.class.getClassLoader();
    try {
      if (Class.forName(type.getName(), false, own) == type) {
        return own;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      // only the notebook has it
    }
    return loaders.computeIfAbsent(type.getClassLoader(), Beside::new);
  }

  private static Set<Class<?>> supertypes(Class<?> type, Set<Class<?>> found) {
    if (type != null && found.add(type)) {
      supertypes(type.getSuperclass(), found);
      for (Class<?> each : type.getInterfaces()) {
        supertypes(each, found);
      }
    }
    return found;
  }

  /** Defines the renderers anew beside a library that the kernel's own loader does not see. */
  private static final class Beside extends ClassLoader {
    Beside(ClassLoader library) {
      super("renderers", library);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE) || name.equals(LibraryRenderer.class.getName())) {
        return kernelClass(name) ? Class.forName(name) : super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> found = findLoadedClass(name);
        return found == null ? defined(name) : found;
      }
    }

    private static boolean kernelClass(String name) {
      return name.startsWith("resgen.kernel.") || name.startsWith("org.dflib.jjava.");
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      String file = "/" + name.replace('.', '/') + ".class";
      try (InputStream in = LibraryRenderers.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
  }
}
