package resgen.kernel.eval;

import java.lang.reflect.Constructor;

/** Makes objects of notebook classes without running a constructor. */
final class BlankObjects {
  private BlankObjects() {}

  /** A new object, all its fields 0, false or null. */
  static Object instance(Class<?> c) throws ReflectiveOperationException {
    Class<?> ancestor = c;
    while (Heirs.isNotebook(ancestor)) {
      ancestor = ancestor.getSuperclass();
    }
    if (ancestor != Object.class) {
      throw new InstantiationException("fields of " + ancestor.getName() + " cannot be copied");
    }
    // sun.reflect.ReflectionFactory of jdk.unsupported, what serialization libraries use.
    Class<?> type = Class.forName("sun.reflect.ReflectionFactory");
    Object factory = type.getMethod("getReflectionFactory").invoke(null);
    Constructor<?> maker =
        (Constructor<?>)
            type.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(factory, c, Object.class.getDeclaredConstructor());
    return maker.newInstance();
  }
}
