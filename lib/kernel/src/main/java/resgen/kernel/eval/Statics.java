package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The static fields of the notebook's classes, of which an old one may only be looked at when its
 * class began: a look would run its initializer.
 */
public final class Statics {
  private static final Set<Class<?>> BEGUN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private Statics() {}

  /** Called by woven notebook classes when their static initializer runs. */
  public static void begun(Class<?> type) {
    BEGUN.add(type);
  }

  /**
   * The static fields that the notebook's author wrote; none when their class did not begin.
   *
   * @param initialised whether the class has a static initializer
   */
  static List<Field> of(Class<?> type, boolean initialised) {
    List<Field> out = new ArrayList<>();
    if (initialised && !BEGUN.contains(type)) {
      return out;
    }
    for (Field field : type.getDeclaredFields()) {
      boolean written = !field.isSynthetic() && !field.isEnumConstant();
      if (Modifier.isStatic(field.getModifiers()) && written) {
        field.setAccessible(true);
        out.add(field);
      }
    }
    return out;
  }

  static boolean isFinal(Field field) {
    return Modifier.isFinal(field.getModifiers());
  }

  static String name(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }
}
