import{lookAgain}from"./chunk-R5UKOUEB.mjs";import"./chunk-MEKPYG2K.mjs";import"./chunk-DU4L43BR.mjs";export{lookAgain};
