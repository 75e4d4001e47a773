"""Runs the ONNX files of test-onnx.c with onnxruntime, whose output the test compares with Phenoscape's.

    PHENO_WRITE_GOLDEN=tests/golden/model build/tests/engine/test-model_onnx
    python check-onnx.py

Written with onnx 1.23 and onnxruntime 1.32.
"""

import numpy as np
import onnx
import onnxruntime

CASES = (("convolutions", (2, 3, 20, 23)), ("transformer", (2, 5, 8, 12)), ("depthwise", (2, 3, 12, 12)))

for name, shape in CASES:
    onnx.checker.check_model(name + ".onnx", full_check=True)
    session = onnxruntime.InferenceSession(name + ".onnx", providers=["CPUExecutionProvider"])
    pixels = np.sin(0.37 * np.arange(np.prod(shape))).astype(np.float32).reshape(shape)
    (features,) = session.run(["features"], {"pixels": pixels})
    np.save(name + ".npy", features)
    print(name, features.shape, features[0, :4])
