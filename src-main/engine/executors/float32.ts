// NVIDIA's libraries round products to TF32, 11 bits, unless told not to: gradients then differ by up to 1.7e-2, without it
// by 1.7e-4 and less, at the same speed of training (H200). They read this when they load, with the first session.
process.env.NVIDIA_TF32_OVERRIDE ??= '0';
