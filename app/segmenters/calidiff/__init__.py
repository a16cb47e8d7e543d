"""CaliDiff (Wang et al., Medical Image Analysis 107, 2026, doi 10.1016/j.media.2025.103812), as far as it is public.

Only the abstract is. It names the parts; each equation below is this project's own choice, and the model cards say so.
Readers k drew masks y_k on an image I; x_k,t is y_k noised to time t, and a(.) is the logistic function.

- Shared-parameter inverse diffusion: one denoiser for all readers gives the logit l_k of the clean mask from x_k,t, I
  and what the others drew; its loss is cross-entropy with y_k, and where a weight is given their overlap. In training
  some masks are biased before they are noised (dilated, eroded, shifted, a blob, empty), so that it learns to take a
  reader's bias away.
- Cross-Expert Fusion: attention over readers inside the denoiser, and the fused logit sum_k w_k l_k with
  w = softmax over readers of e. The expertness a(e_k) of a pixel is the probability that a further reader agrees there
  with what reader k drew; its loss is cross-entropy with the share of held-out readers who did (of all of them in the
  half of the lessons that hold nobody out, which teach to draw). What a run reports is the same probability as the
  consensus p gives it: p where reader k marked, 1 - p elsewhere.
- Implicit Consensus Inference: a head adds to the fused logit what image and readers' features say. The consensus is
  the probability that a further reader marks the pixel; its loss is cross-entropy with the readers who were held out.
  The fused mask is the consensus cut where its expected Dice with that reader is greatest (`postprocess.best_cut`).
  Whether it marks anything is not asked of the network, since data sets are chosen by it (of the slices taught, nearly
  all have a nodule that two of four readers marked): it does if at least half of the readers do. A second head adds to
  each level that a committee drew.
- Expertness Consistent Alignment: mean of c Var_k a(l_k) over the pixels where the masks given differ. The confidence
  is c = |2 mean_k q_k - 1|, where q_k is the probability that a further reader marks the pixel as reader k's
  expertness gives it: a(e_k) where k marked, 1 - a(e_k) elsewhere.
- Committee-based Endogenous Knowledge Learning: the same network draws committees from the image alone. Readers have no
  number, but a consensus has levels: member c of C is taught, and asked for, what at least c of C readers marked. In
  training, too, committees are drawn and then taken for readers. The consensus over what they drew and its levels are
  held against the readers (cross-entropy, and where a weight is given the overlap of each level). Where its weight
  is not 0, a discriminator holds the consensus against the pseudo ground truth: that over masks that readers drew.

Calibrating noises the readers' masks a little and goes the few steps back (SDEdit, Meng et al. 2022). Each step asks
for the consensus anew; what counts is the mean over the steps so far. Where there were few images to learn from, some
of the committees calibrate without the image, as some do in training: what the network has learnt of readers holds for
new images, what it has learnt of few images by heart does not. Predicting draws a committee from pure noise with the
same network, then calibrates what its members drew in one more step, which says what each level is; each sample of a
level is cut at its own height (`heights`), so that all samples together vary as readers do.
"""
