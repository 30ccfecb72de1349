package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtSymbolBlock;

/**
 * Runs a TorchScript method with gradients and with arguments of any kind.
 *
 * <p>DJL's public calls offer either gradients with tensors only, or any argument in inference
 * mode. The native method underneath takes both; it is package-private, hence this one class in
 * DJL's package (class path only).
 */
public final class ScriptBridge {

  private ScriptBridge() {}

  /**
   * Runs {@code method} of {@code module}.
   *
   * @param module a loaded TorchScript module
   * @param method the method's name
   * @param gradients true to run in the thread's gradient mode, false to run in inference mode
   * @param arguments the arguments; the caller closes them
   * @return the result; the caller closes it
   */
  public static IValue run(
      PtSymbolBlock module, String method, boolean gradients, IValue... arguments) {
    long[] handles = new long[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      handles[i] = arguments[i].getHandle();
    }
    return new IValue(
        PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, gradients, false));
  }
}
