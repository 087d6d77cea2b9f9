import{lookAgain}from"./chunk-RH7NNH5W.mjs";import"./chunk-TYSGCKQP.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
