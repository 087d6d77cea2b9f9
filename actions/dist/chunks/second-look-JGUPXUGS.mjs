import{lookAgain}from"./chunk-EJLEYAH4.mjs";import"./chunk-HRHOSYJ5.mjs";import"./chunk-26JQDSEY.mjs";export{lookAgain};
