import{lookAgain}from"./chunk-X4IESFKG.mjs";import"./chunk-Z4JKOCKF.mjs";import"./chunk-QJB3RI4O.mjs";export{lookAgain};
