package resgen.kernel.render;

import java.awt.image.RenderedImage;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderFunction;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.kernel.eval.Names;

/**
 * Renders any value.
 *
 * <p>A type needs no Jupyter dependency to look well: a public {@code String toHtml()} gives HTML,
 * a public {@code BufferedImage toImage()} a picture. Registered types, bytes of pictures, records
 * and collections follow; everything has its text, cut when it is huge.
 */
public final class NotebookRenderer extends Renderer {
  private static final Set<String> JSON =
      Set.of("com.google.gson.JsonElement", "com.fasterxml.jackson.databind.JsonNode");

  private final Set<Class<?>> registered = new HashSet<>(); // by extensions and by the notebook
  private LibraryRenderers libraries;
  private boolean own = true;

  /** A renderer that knows the JDK's types; libraries register theirs. */
  public NotebookRenderer() {
    CollectionRenderer.register(this);
  }

  /** From now on also renders types of libraries. */
  void libraries(LibraryRenderers renderers) {
    libraries = renderers;
    own = false; // the kernel's own types are registered by now
  }

  /** What comes later wins, so a library's own renderer is registered before the notebook's. */
  @Override
  public <T> void register(
      Set<MIMEType> supported,
      Set<MIMEType> preferred,
      Set<Class<? extends T>> types,
      RenderFunction<T> function) {
    if (!own && types != null) {
      types.forEach(this::prepare);
      registered.addAll(types);
    }
    super.register(supported, preferred, types, function);
  }

  private synchronized void prepare(Class<?> type) {
    if (libraries != null) {
      boolean outer = own;
      own = true;
      try {
        libraries.prepare(type, this);
      } finally {
        own = outer;
      }
    }
  }

  @Override
  public DisplayData render(Object value, Map<String, Object> params) {
    DisplayData special = special(value);
    if (special != null) {
      return finalizeDisplayData(special, value);
    }
    if (value instanceof Object[] items) {
      DisplayData data = super.render(Arrays.asList(items), params);
      String matrix = CollectionRenderer.matrix(items);
      if (matrix != null) {
        data.putHTML(matrix);
      }
      data.putText(Texts.of(value));
      return data;
    }
    prepare(value.getClass());
    return super.render(value, params);
  }

  @Override
  public DisplayData renderAs(Object value, Map<String, Object> params, String... types) {
    if (types.length == 0) {
      return render(value, params);
    }
    DisplayData special = special(value);
    if (special != null) {
      boolean served = false;
      for (String type : types) {
        served |= special.hasDataForType(MIMEType.parse(type));
      }
      if (served) {
        return finalizeDisplayData(special, value);
      }
    }
    if (value == null || value instanceof DisplayData) {
      return special;
    }
    if (value instanceof byte[] bytes) {
      DisplayData data = new DisplayData();
      data.putData(types[0], Pictures.base64(bytes));
      return finalizeDisplayData(data, value);
    }
    prepare(value.getClass());
    DisplayData data = super.renderAs(value, params, types);
    for (String type : types) {
      if (!data.hasDataForType(MIMEType.parse(type)) && value instanceof CharSequence text) {
        data.putData(type, text.toString()); // such as application/json
      }
    }
    return data;
  }

  @Override
  protected DisplayData finalizeDisplayData(DisplayData data, Object value) {
    Object text = data.getData(MIMEType.TEXT_PLAIN);
    if (text == null) {
      data.putText(Texts.of(value));
    } else if (text instanceof String s) {
      data.putText(Texts.cut(Names.plain(s)));
    }
    return data;
  }

  private DisplayData special(Object value) {
    if (value == null) {
      return new DisplayData("null");
    }
    if (value instanceof DisplayData data) {
      return data;
    }
    if (registered.stream().anyMatch(type -> type.isInstance(value))) {
      return null;
    }
    if (value instanceof RenderedImage image) {
      return picture(image);
    }
    if (value instanceof byte[] bytes && Pictures.type(bytes) != null) {
      DisplayData data = new DisplayData(Pictures.type(bytes) + ", " + bytes.length + " bytes");
      data.putData(Pictures.type(bytes), Pictures.base64(bytes));
      if (Pictures.type(bytes).equals("image/gif")) { // exported pages know it only as HTML
        data.putHTML("<img src=\"data:image/gif;base64," + Pictures.base64(bytes) + "\">");
      }
      return data;
    }
    if (value instanceof DisplayDataRenderable || value.getClass().isArray()) {
      return null;
    }
    return isJson(value.getClass()) ? json(value) : byMethods(value);
  }

  private static boolean isJson(Class<?> type) {
    return type != null && (JSON.contains(type.getName()) || isJson(type.getSuperclass()));
  }

  private static DisplayData json(Object value) {
    DisplayData data = new DisplayData(value.toString());
    data.putData("application/json", value.toString());
    return data;
  }

  private static DisplayData picture(RenderedImage image) {
    DisplayData data = new DisplayData("picture " + image.getWidth() + "×" + image.getHeight());
    data.putData(MIMEType.IMAGE_PNG, Pictures.png(image));
    return data;
  }

  private static DisplayData byMethods(Object value) {
    Object html = call(value, "toHtml", String.class);
    Object image = call(value, "toImage", RenderedImage.class);
    if (html == null && image == null) {
      return null;
    }
    DisplayData data = new DisplayData();
    if (html != null) {
      data.putHTML((String) html);
    }
    if (image != null) {
      data.putData(MIMEType.IMAGE_PNG, Pictures.png((RenderedImage) image));
    }
    return data;
  }

  /** Calls a public method without parameters that returns the type; null when there is none. */
  private static Object call(Object value, String name, Class<?> type) {
    try {
      Method method = value.getClass().getMethod(name);
      if (!type.isAssignableFrom(method.getReturnType())
          || Modifier.isStatic(method.getModifiers())) {
        return null;
      }
      method.trySetAccessible();
      return method.invoke(value);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause();
      throw new IllegalStateException(
          value.getClass().getSimpleName() + "." + name + "() failed: " + cause, cause);
    }
  }
}
