package resgen.kernel.render;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * Renderers of libraries that the notebook may have. A library's renderer is a class of its own,
 * loaded only when the library is there.
 */
public final class LibraryRenderers implements Extension {
  @Override
  public void install(BaseKernel kernel) {
    if (present("tech.tablesaw.api.Table")) {
      TablesawRenderer.register(kernel.getRenderer());
    }
    if (present("org.knowm.xchart.internal.chartpart.Chart")) {
      ChartRenderer.register(kernel.getRenderer());
    }
    if (present("ai.djl.ndarray.NDArray")) {
      TensorRenderer.register(kernel.getRenderer());
    }
  }

  static boolean present(String className) {
    try {
      Class.forName(className, false, LibraryRenderers.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
