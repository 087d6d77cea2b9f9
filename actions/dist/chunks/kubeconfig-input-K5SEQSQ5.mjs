import{readKubeconfigInput}from"./chunk-GGWI7L5L.mjs";import"./chunk-DKE6MGHQ.mjs";export{readKubeconfigInput};
